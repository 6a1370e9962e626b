#include "app/capture_facts.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <utility>

#include "policy/activity/finding.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// Text from the wire as JSON can hold it: printable ASCII, everything else a question mark.
std::string printable(std::string_view text)
{
    std::string clean(text);
    std::ranges::replace_if(clean, [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return clean;
}

json::object with_flow(json::object fact, const FiveTuple& tuple)
{
    fact["client"] = to_string(tuple.originator.ip);
    fact["client_port"] = tuple.originator.port;
    fact["server"] = to_string(tuple.responder.ip);
    fact["server_port"] = tuple.responder.port;
    return fact;
}

std::string_view over(const FiveTuple& tuple)
{
    return tuple.protocol == Protocol::tcp ? "tcp" : "udp";
}

// RFC 4702 section 2.2: a client may send option 81 in DNS wire form.
std::string from_wire_form(std::string_view name)
{
    std::string text;
    while (!name.empty() && name.front() != 0) {
        const auto length = std::size_t{static_cast<unsigned char>(name.front())};
        if (length >= name.size() || length > 63) return {};
        if (!text.empty()) text += '.';
        text += name.substr(1, length);
        name.remove_prefix(1 + length);
    }
    return text;
}

namespace radius_type {
constexpr std::uint8_t user = 1, nas_ip = 4, framed_ip = 8, called_station = 30, calling_station = 31, nas_id = 32,
                       status = 40, session = 44, framed_ipv6_prefix = 97, framed_ipv6_address = 168;
}

std::string status_name(std::uint32_t status)
{
    switch (status) {
        case 1: return "Start";
        case 2: return "Stop";
        case 3: return "Interim-Update";
        case 7: return "Accounting-On";
        case 8: return "Accounting-Off";
        default: return std::to_string(status);
    }
}

void put_text(json::object& fact, const char* key, Bytes value)
{
    if (!value.empty()) fact[key] = printable(as_text(value));
}

void put_ip(json::object& fact, const char* key, Bytes value)
{
    if (value.size() == 4) fact[key] = to_string(IpAddress::v4(value.first<4>()));
    if (value.size() == 16) fact[key] = to_string(IpAddress::v6(value.first<16>()));
}

// RFC 3162 section 2.3: reserved, length in bits, as many octets as needed.
void put_prefix(json::object& fact, Bytes value)
{
    if (value.size() < 2 || value.size() > 18) return;
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(value.subspan(2), octets.begin());
    fact["framed_ipv6_prefix"] = to_string(IpAddress::v6(octets)) + "/" + std::to_string(value[1]);
}

}  // namespace

void CaptureFacts::add(json::array& facts, json::object fact)
{
    if (told_.insert(json::serialize(fact)).second) facts.push_back(std::move(fact));
}

bool CaptureFacts::is_outer_name(std::string_view name)
{
    const auto match = catalog_.find(name);
    return match && match->role == Role::outer;
}

void CaptureFacts::on_server_name(Flow& flow, const ServerName& found, Timestamp)
{
    json::object fact{{"proto", name(found.origin)}, {"name", found.name}};
    if (found.encrypted) fact["encrypted"] = true;
    if (found.ambiguous) fact["ambiguous"] = true;
    fact = with_flow(std::move(fact), flow.tuple);
    if (!told_.insert(json::serialize(fact)).second) return;
    if (found.name.empty()) {
        unnamed_.push_back(std::move(fact));
    } else if (flow.connection != 0 && seen_on_.try_emplace(flow.connection, flow.tuple).first->second != flow.tuple) {
        again_.push_back(std::move(fact));
    } else if (found.origin == NameOrigin::dns) {
        guesses_.push_back(std::move(fact));
    } else {
        fact["nth"] = ++names_of_[flow.tuple];
        names_.push_back(std::move(fact));
    }
}

void CaptureFacts::on_dns(const DnsMessage& message, const FiveTuple& tuple, Timestamp)
{
    if (!message.response || message.answers.empty()) return;
    json::array answers;
    json::array cnames;
    json::array hints;
    bool service = false;
    bool ech = false;
    for (const auto& record : message.answers) {
        if (record.address.family != IpAddress::Family::none) answers.push_back(to_string(record.address).c_str());
        if (record.type == dns_type::cname) cnames.push_back(record.target.c_str());
        service = service || record.type == dns_type::svcb || record.type == dns_type::https;
        for (const auto& hint : record.hints) hints.push_back(to_string(hint).c_str());
        ech = ech || record.has_ech;
    }
    json::object fact{{"name", message.question},
                      {"answers", std::move(answers)},
                      {"client", to_string(tuple.responder.ip)},
                      {"server", to_string(tuple.originator.ip)},
                      {"over", over(tuple)}};
    if (!cnames.empty()) fact["cnames"] = std::move(cnames);
    if (service) fact["svcb"] = true;
    if (!hints.empty()) fact["hints"] = std::move(hints);
    if (ech) fact["ech"] = true;
    add(dns_, std::move(fact));
}

// A response on the link names what its records name; questions are not listed.
void CaptureFacts::on_link_dns(const DnsMessage& message, LinkDns protocol, const FiveTuple& tuple, Timestamp)
{
    if (!message.response) return;
    for (const auto& record : message.answers) {
        if (record.address.family == IpAddress::Family::none) continue;
        add(protocol == LinkDns::mdns ? mdns_ : llmnr_,
            {{"name", record.owner}, {"answer", to_string(record.address)}, {"from", to_string(tuple.originator.ip)}});
    }
}

void CaptureFacts::on_dhcp(const DhcpMessage& message, const FiveTuple&, const FrameContext&)
{
    if (message.client.is_zero()) return;
    auto& hostname = hostname_of_[message.client];
    if (!message.reply) {
        const auto& sent = message.hostname;
        const bool wire = !sent.empty() && sent.front() < 0x20;
        hostname = wire ? printable(from_wire_form(sent)) : printable(sent);
        if (!hostname.empty()) add(hostnames_, {{"mac", to_string(message.client)}, {"hostname", hostname}});
        return;
    }
    if (message.type != DhcpType::ack) return;
    const auto& ip = message.your_ip.family != IpAddress::Family::none ? message.your_ip : message.client_ip;
    if (ip.family == IpAddress::Family::none) return;
    if (hostname.empty()) hostname = printable(message.hostname);
    // A lease renewed is the same lease; its name may come with a later request.
    const auto [place, fresh] = lease_at_.try_emplace(to_string(message.client) + " " + to_string(ip), leases_.size());
    if (fresh) leases_.push_back(json::object{{"mac", to_string(message.client)}, {"ip", to_string(ip)}});
    auto& lease = leases_[place->second].as_object();
    if (!hostname.empty()) lease["hostname"] = hostname;
    if (message.lease_seconds) lease["seconds"] = *message.lease_seconds;
}

void CaptureFacts::on_dhcpv6(const Dhcpv6Message& message, const FiveTuple&, const FrameContext&)
{
    if (message.type != Dhcpv6Type::reply) return;
    for (const auto& each : message.addresses) {
        json::object fact{{"ip", to_string(each.ip)}, {"seconds", each.valid_seconds}};
        if (message.client_mac) fact["mac"] = to_string(*message.client_mac);
        add(leases6_, std::move(fact));
    }
}

void CaptureFacts::on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext&)
{
    add(ip.family == IpAddress::Family::v4 ? arp_ : neighbors_, {{"mac", to_string(mac)}, {"ip", to_string(ip)}});
}

void CaptureFacts::on_radius_accounting(const RadiusMessage& message, const FiveTuple& tuple, Timestamp)
{
    ByteReader status(message.attribute(radius_type::status));
    json::object fact{{"code", message.code}};
    if (status.size() == 4) fact["status"] = status_name(status.u32());
    put_text(fact, "user", message.attribute(radius_type::user));
    put_ip(fact, "framed_ip", message.attribute(radius_type::framed_ip));
    put_ip(fact, "framed_ipv6", message.attribute(radius_type::framed_ipv6_address));
    put_prefix(fact, message.attribute(radius_type::framed_ipv6_prefix));
    put_text(fact, "calling_station", message.attribute(radius_type::calling_station));
    put_text(fact, "called_station", message.attribute(radius_type::called_station));
    put_text(fact, "session", message.attribute(radius_type::session));
    put_ip(fact, "nas_ip", message.attribute(radius_type::nas_ip));
    put_text(fact, "nas_id", message.attribute(radius_type::nas_id));
    fact["client"] = to_string(tuple.originator.ip);
    fact["server"] = to_string(tuple.responder.ip);
    add(radius_, std::move(fact));
}

json::object CaptureFacts::take()
{
    json::object facts;
    facts["server_names"] = std::move(names_);
    facts["seen_again"] = std::move(again_);
    facts["named_by_dns"] = std::move(guesses_);
    facts["encrypted_hellos"] = std::move(unnamed_);
    facts["dns"] = std::move(dns_);
    facts["mdns"] = std::move(mdns_);
    facts["llmnr"] = std::move(llmnr_);
    facts["dhcp"] = std::move(leases_);
    facts["dhcpv6"] = std::move(leases6_);
    facts["dhcp_hostnames"] = std::move(hostnames_);
    facts["radius_acct"] = std::move(radius_);
    facts["arp"] = std::move(arp_);
    facts["nd"] = std::move(neighbors_);
    return facts;
}

}  // namespace breakwatch
