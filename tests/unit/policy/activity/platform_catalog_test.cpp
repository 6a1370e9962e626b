#include "policy/activity/platform_catalog.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "support/shipped_platforms.hpp"

namespace breakwatch {
namespace {

PlatformRow row(std::string platform, std::string pattern, Role role)
{
    return {std::move(platform), std::move(pattern), role, Tier::b, false, Surface::public_, {}, {}};
}

const PlatformCatalog& shipped()
{
    static const PlatformCatalog catalog(test::shipped_platform_rows());
    return catalog;
}

std::string platform_of(const PlatformCatalog& catalog, std::string_view server)
{
    const auto match = catalog.find(server);
    return match ? catalog.platform_name(match->platform) : "-";
}

Role role_of(const PlatformCatalog& catalog, std::string_view server)
{
    const auto match = catalog.find(server);
    REQUIRE(match);
    return match->role;
}

}  // namespace

TEST_CASE("a suffix matches whole labels only")
{
    const PlatformCatalog catalog({row("x", ".x.com", Role::read)});
    CHECK(platform_of(catalog, "x.com") == "x");
    CHECK(platform_of(catalog, "deep.api.x.com") == "x");
    CHECK(platform_of(catalog, "netflix.com") == "-");
    CHECK(platform_of(catalog, "x.com.example") == "-");
    CHECK(platform_of(catalog, "com") == "-");
    CHECK(platform_of(catalog, "") == "-");
    CHECK(platform_of(catalog, ".") == "-");
}

TEST_CASE("an exact row matches that name alone")
{
    const PlatformCatalog catalog({row("note", "editor.note.com", Role::compose)});
    CHECK(platform_of(catalog, "editor.note.com") == "note");
    CHECK(platform_of(catalog, "www.editor.note.com") == "-");
    CHECK(platform_of(catalog, "note.com") == "-");
}

TEST_CASE("exact beats star, star beats suffix, a longer suffix beats a shorter one")
{
    const PlatformCatalog catalog({row("p", ".v.com", Role::read), row("p", ".cdn.v.com", Role::cdn),
                                   row("p", "log*.v.com", Role::telemetry), row("p", "log1.v.com", Role::login),
                                   row("p", "log*z.v.com", Role::upload)});
    CHECK(role_of(catalog, "log1.v.com") == Role::login);
    CHECK(role_of(catalog, "log22.v.com") == Role::telemetry);
    CHECK(role_of(catalog, "log22z.v.com") == Role::upload);
    CHECK(role_of(catalog, "log.v.com") == Role::telemetry);
    CHECK(role_of(catalog, "catalog.v.com") == Role::read);
    CHECK(role_of(catalog, "log2.deep.v.com") == Role::read);
    CHECK(role_of(catalog, "a.cdn.v.com") == Role::cdn);
    CHECK(role_of(catalog, "cdn.v.com") == Role::cdn);
}

TEST_CASE("of two rows with one pattern the first counts")
{
    const PlatformCatalog catalog({row("a", ".same.com", Role::read), row("b", ".same.com", Role::api)});
    CHECK(platform_of(catalog, "same.com") == "a");
}

TEST_CASE("rows past the limit are left out, the others stay")
{
    std::vector<PlatformRow> rows;
    for (std::size_t i = 0; i <= kCatalogRows; ++i) {
        rows.push_back(row("p", "h" + std::to_string(i) + ".example", Role::read));
    }
    const PlatformCatalog catalog(std::move(rows));
    CHECK(catalog.rows().size() == kCatalogRows);
    CHECK(catalog.find("h0.example"));
    CHECK_FALSE(catalog.find("h65535.example"));
}

TEST_CASE("every shipped row is found by its own name, with its own role")
{
    std::set<std::string> patterns;
    for (const auto& shipped_row : shipped().rows()) {
        CHECK_MESSAGE(patterns.insert(shipped_row.pattern).second, "twice: ", shipped_row.pattern);
        auto server = shipped_row.pattern;
        if (server.starts_with('.')) server = "some-label" + server;
        if (const auto star = server.find('*'); star != std::string::npos) server.replace(star, 1, "17-x");
        const auto match = shipped().find(server);
        REQUIRE_MESSAGE(match, server);
        CHECK_MESSAGE(shipped().row(match->row).pattern == shipped_row.pattern, server);
    }
    CHECK(shipped().platforms().size() >= 21);
}

TEST_CASE("the names that applications use resolve to their platform and role")
{
    const std::map<std::string, std::pair<std::string, Role>> expected{
        {"x.com", {"x", Role::api}},
        {"api.x.com", {"x", Role::api}},
        {"upload.x.com", {"x", Role::upload}},
        {"pbs.twimg.com", {"x", Role::cdn}},
        {"graph.facebook.com", {"facebook", Role::api}},
        {"rupload.facebook.com", {"facebook", Role::upload}},
        {"scontent.xx.fbcdn.net", {"facebook", Role::cdn}},
        {"i.instagram.com", {"instagram", Role::api}},
        {"graph.instagram.com", {"instagram", Role::telemetry}},
        {"scontent.cdninstagram.com", {"instagram", Role::cdn}},
        {"www.threads.net", {"threads", Role::api}},
        {"api16-normal.tiktokv.com", {"tiktok", Role::api}},
        {"log16-normal.tiktokv.com", {"tiktok", Role::telemetry}},
        {"mon.tiktokv.com", {"tiktok", Role::telemetry}},
        {"upload16-normal.tiktokv.com", {"tiktok", Role::upload}},
        {"v16-webapp.tiktok.com", {"tiktok", Role::cdn}},
        {"p16-sign.tiktokcdn.com", {"tiktok", Role::cdn}},
        {"gd2.line.naver.jp", {"line", Role::api}},
        {"obs-jp.line-apps.com", {"line", Role::upload}},
        {"uts-front.line-apps.com", {"line", Role::telemetry}},
        {"voom-obs.line-scdn.net", {"line", Role::cdn}},
        {"morel.us-east.host.bsky.network", {"bluesky", Role::api}},
        {"events.bsky.app", {"bluesky", Role::telemetry}},
        {"mastodon.example", {"mastodon", Role::api}},
        {"rr3---sn-ogul7n7s.googlevideo.com", {"youtube", Role::cdn}},
        {"mmg.whatsapp.net", {"whatsapp", Role::upload}},
        {"cloudflare-ech.com", {"ech-cloudflare", Role::outer}},
        {"ech-public.atmeta.com", {"ech-meta", Role::outer}},
    };
    for (const auto& [server, answer] : expected) {
        CAPTURE(server);
        CHECK(platform_of(shipped(), server) == answer.first);
        CHECK(role_of(shipped(), server) == answer.second);
    }
}

TEST_CASE("other services are no platform")
{
    for (const auto* server :
         {"photosdata-pa.googleapis.com", "p42-content.icloud.com", "outlook.office365.com", "mail.google.com",
          "www.google.com", "app.crm-saas.example", "netflix.com", "notex.com", "www.daily-news.example"}) {
        CAPTURE(server);
        CHECK_FALSE(shipped().find(server));
    }
}

TEST_CASE("messengers are private, the public part of LINE is not")
{
    const auto surface = [](std::string_view server) { return shipped().row(shipped().find(server)->row).surface; };
    CHECK(surface("gd2.line.naver.jp") == Surface::private_);
    CHECK(surface("legy-jp.line-apps.com") == Surface::private_);
    CHECK(surface("g.whatsapp.net") == Surface::private_);
    CHECK(surface("edge-chat.facebook.com") == Surface::private_);
    CHECK(surface("gateway.discord.gg") == Surface::private_);
    CHECK(surface("timeline.line.me") == Surface::public_);
    CHECK(surface("x.com") == Surface::public_);
}

}  // namespace breakwatch
