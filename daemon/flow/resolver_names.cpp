#include "flow/resolver_names.hpp"

#include <algorithm>
#include <array>

namespace breakwatch {

namespace {

// Those that browsers and phones offer or that their operators publish, as of November 2026: Chromium's
// and Firefox's built-in lists, Apple's and Android's private DNS, and the larger public services. A
// name covers those under it.
constexpr std::array kResolvers = std::to_array<std::string_view>({
    "dns.google",
    "dns64.dns.google",
    "google-public-dns-a.google.com",
    "cloudflare-dns.com",
    "one.one.one.one",
    "cloudflare-gateway.com",
    "dns.quad9.net",
    "dns9.quad9.net",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns12.quad9.net",
    "doh.opendns.com",
    "doh.familyshield.opendns.com",
    "doh.sandbox.opendns.com",
    "dns.umbrella.com",
    "doh.umbrella.com",
    "dns.nextdns.io",
    "doh3.dns.nextdns.io",
    "anycast.dns.nextdns.io",
    "chromium.dns.nextdns.io",
    "firefox.dns.nextdns.io",
    "trr.dns.nextdns.io",
    "dns.adguard.com",
    "dns.adguard-dns.com",
    "d.adguard-dns.com",
    "unfiltered.adguard-dns.com",
    "family.adguard-dns.com",
    "doh.cleanbrowsing.org",
    "doh.dns.apple.com",
    "dns.mullvad.net",
    "doh.mullvad.net",
    "doh.xfinity.com",
    "doh-01.spectrum.com",
    "dns.controld.com",
    "freedns.controld.com",
    "dns0.eu",
    "doh.dns.sb",
    "doh.pub",
    "dns.pub",
    "dns.alidns.com",
    "doh.360.cn",
    "dns.switch.ch",
    "odvr.nic.cz",
    "doh.li",
    "doh.libredns.gr",
    "doh.applied-privacy.net",
    "dns.digitale-gesellschaft.ch",
    "ordns.he.net",
    "wikimedia-dns.org",
    "common.dot.dns.yandex.net",
    "dns.njal.la",
    "doh.cox.net",
    "public.dns.iij.jp",
    "dns.twnic.tw",
    "basic.rethinkdns.com",
    "max.rethinkdns.com",
    "sky.rethinkdns.com",
    "doh.tiar.app",
    "jp.tiar.app",
    "blitz.ahadns.com",
});

}  // namespace

bool is_public_resolver(std::string_view name)
{
    return std::ranges::any_of(kResolvers, [name](std::string_view resolver) {
        if (!name.ends_with(resolver)) return false;
        return name.size() == resolver.size() || name[name.size() - resolver.size() - 1] == '.';
    });
}

}  // namespace breakwatch
