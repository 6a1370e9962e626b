// The recorded datagrams of a real FreeRADIUS, byte by byte, and what bad senders do.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "feeds/radius/radius_accounting.hpp"
#include "unit/feeds/recorded_feeds.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Packet = std::vector<std::uint8_t>;

Packet from_hex(const std::string& hex)
{
    Packet bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

struct Lab {
    ScratchFolder folder;
    std::vector<SessionEvent> events;
    std::vector<InputRefused> told;
    RadiusAccounting accounting{"radius", 1'000, [this](const Observation& seen) {
                                    if (const auto* event = std::get_if<SessionEvent>(&seen)) events.push_back(*event);
                                    if (const auto* note = std::get_if<InputRefused>(&seen)) told.push_back(*note);
                                }};

    RadiusClient client(const std::string& name, const std::string& address, const std::string& secret)
    {
        write_file(folder.file(name), secret + "\n");
        return {name, address, folder.file(name), false};
    }
    Lab()
    {
        accounting.set_clients(
            {client("wlc-floor", "127.0.0.11", "floor-Secret-1"), client("wlc-break", "127.0.0.12", "break-Secret-2"),
             client("switch", "127.0.0.13", "wired \"quoted\" #3"), client("loopback6", "::1", "six-Secret-6")},
            at("00:00"));
    }
};

struct Vector {
    Packet bytes;
    IpAddress sender;
    std::uint16_t port = 0;
    Timestamp arrival;
    std::string verdict;
    bool seen_before = false;
};

std::vector<Vector> recorded_requests()
{
    std::vector<Vector> requests;
    for (const auto& row : read_jsonl("radius_vectors.jsonl")) {
        if (text(row, "kind") != "request") continue;
        const auto t = row.at("t").as_double();
        requests.push_back({from_hex(text(row, "hex")), ip(text(row, "src")),
                            static_cast<std::uint16_t>(row.at("sport").as_int64()),
                            Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(t * 1e6)}},
                            text(row, "verdict"), row.at("seen_before").as_bool()});
    }
    return requests;
}

std::uint64_t refused_in_all(const RadiusAccounting& accounting)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(RadiusRefusal::count); ++i) {
        sum += accounting.refused(static_cast<RadiusRefusal>(i));
    }
    return sum;
}

Vector a_start()
{
    return recorded_requests().at(3);  // Start s1002
}

}  // namespace

TEST_CASE("every recorded datagram gets the verdict that it got from FreeRADIUS")
{
    Lab lab;
    std::size_t equal = 0;
    const auto requests = recorded_requests();
    for (const auto& request : requests) {
        const auto before = refused_in_all(lab.accounting);
        const auto response = lab.accounting.take(request.bytes, request.sender, request.port, request.arrival);
        const bool ok = refused_in_all(lab.accounting) == before;
        CAPTURE(request.verdict);
        CHECK(ok == (request.verdict == "ok"));
        CHECK(response.has_value() == ok);
        equal += ok == (request.verdict == "ok") ? 1U : 0U;
    }
    CHECK(equal == requests.size());
    CHECK(lab.accounting.refused(RadiusRefusal::bad_authenticator) == 3);
    CHECK(lab.accounting.refused(RadiusRefusal::truncated) == 1);
}

TEST_CASE("responses are those of FreeRADIUS, to the byte")
{
    Lab lab;
    std::map<std::int64_t, Packet> ours;
    std::size_t compared = 0;
    for (const auto& row : read_jsonl("radius_vectors.jsonl")) {
        const auto bytes = from_hex(text(row, "hex"));
        if (text(row, "kind") == "request") {
            const auto port = static_cast<std::uint16_t>(row.at("sport").as_int64());
            const auto response = lab.accounting.take(bytes, ip(text(row, "src")), port, at("16:38"));
            if (response) ours[row.at("n").as_int64()] = *response;
            continue;
        }
        CHECK(ours.at(row.at("to_request").as_int64()) == bytes);
        ++compared;
    }
    CHECK(compared == 27);
}

TEST_CASE("retransmissions, with the same id or a new one, count once")
{
    Lab lab;
    for (const auto& request : recorded_requests()) {
        lab.accounting.take(request.bytes, request.sender, request.port, request.arrival);
    }
    const auto interims_of = [&lab](const std::string& session) {
        return std::ranges::count_if(lab.events, [&](const SessionEvent& e) {
            return e.session_id == session && e.kind == SessionEvent::Kind::interim;
        });
    };
    CHECK(interims_of("5F010011") == 2);  // one sent five times, one from another access point
    CHECK(interims_of("5F010012") == 2);  // one sent three times, one with another address
    CHECK(lab.accounting.duplicates() == 6);
}

TEST_CASE("the bindings of the recorded sessions are the true ones")
{
    Lab lab;
    BindingLimits limits;
    limits.scope.realms = {"CC", "callcentre.example"};
    BindingTable table(limits);
    table.set_enrolment(recorded_staff());
    table.set_zones({{"break area", {"BREAK ROOM"}, {}, {}, {}, true},
                     {"operator floor", {"OPS"}, {}, {}, {"10.77.10.0/24"}, false}});
    for (const auto& request : recorded_requests()) {
        lab.accounting.take(request.bytes, request.sender, request.port, request.arrival);
    }
    for (const auto& event : lab.events) table.observe(event);
    auto bindings = table.all();
    // The truth is of IPv4; before an address is told there is the device alone.
    std::erase_if(bindings, [](const Binding& b) { return b.ip.family != IpAddress::Family::v4; });

    const auto truth = read_jsonl("radius_bindings.jsonl");
    std::size_t equal = 0;
    for (const auto& row : truth) {
        const auto found = std::ranges::find_if(bindings, [&](const Binding& b) {
            const bool ends = row.at("to").is_null() ? !b.to : b.to && near(*b.to, time(row, "to"), seconds{1});
            return text(row, "user").find(b.staff.value) != std::string::npos && b.mac == mac(text(row, "mac")) &&
                   b.ip == ip(text(row, "ip")) && b.zone == text(row, "zone") && b.grade != Grade::weak &&
                   near(b.from, time(row, "from"), seconds{1}) && ends;
        });
        CAPTURE(boost::json::serialize(row));
        CHECK(found != bindings.end());
        if (found == bindings.end()) continue;
        bindings.erase(found);
        ++equal;
    }
    for (const auto& left : bindings) MESSAGE("not in the truth: " << describe(left));
    CHECK(bindings.empty());
    MESSAGE("bindings equal to the truth: " << equal << " of " << truth.size());
}

TEST_CASE("access point, SSID and IPv6 are those of the recording")
{
    Lab lab;
    for (const auto& request : recorded_requests()) {
        lab.accounting.take(request.bytes, request.sender, request.port, request.arrival);
    }
    for (const auto& row : read_jsonl("radius_bindings.jsonl")) {
        CAPTURE(boost::json::serialize(row));
        CHECK(std::ranges::any_of(lab.events, [&row](const SessionEvent& e) {
            const auto prefix = parse_subnet(text(row, "ipv6_prefix"));
            const bool wired = row.at("ap").is_null();  // the switch's MAC stands there, and no SSID
            return e.session_id == text(row, "session") && e.nas == text(row, "nas") && e.ssid == text(row, "ssid") &&
                   (wired || e.access_point == text(row, "ap")) && e.user == text(row, "user") &&
                   !e.addresses.empty() && e.addresses.front() == ip(text(row, "ip")) &&
                   (prefix ? e.prefixes == std::vector{*prefix} : e.prefixes.empty());
        }));
    }
    const auto v6 = std::ranges::find(lab.events, "v6-1", &SessionEvent::session_id);
    REQUIRE(v6 != lab.events.end());
    CHECK(v6->addresses == std::vector{ip("10.77.10.75"), ip("2001:db8:77:a5::75")});
}

TEST_CASE("bad datagrams are counted by reason, and those before and after are all taken")
{
    const auto good = a_start();
    struct Bad {
        const char* what;
        RadiusRefusal reason;
        std::function<void(Vector&)> spoil;
    };
    const std::vector<Bad> table{
        {"a stranger", RadiusRefusal::unknown_client, [](Vector& v) { v.sender = ip("127.0.0.99"); }},
        {"another client's address", RadiusRefusal::bad_authenticator, [](Vector& v) { v.sender = ip("127.0.0.12"); }},
        {"forged authenticator", RadiusRefusal::bad_authenticator, [](Vector& v) { v.bytes[4] ^= 1U; }},
        {"one bit of an attribute", RadiusRefusal::bad_authenticator, [](Vector& v) { v.bytes.back() ^= 1U; }},
        {"half of it", RadiusRefusal::truncated, [](Vector& v) { v.bytes.resize(v.bytes.size() / 2); }},
        {"nothing", RadiusRefusal::truncated, [](Vector& v) { v.bytes.clear(); }},
        {"a length below the header's", RadiusRefusal::bad_length, [](Vector& v) { v.bytes[2] = 0, v.bytes[3] = 19; }},
        {"an attribute of length 0", RadiusRefusal::bad_length, [](Vector& v) { v.bytes[21] = 0; }},
        {"an attribute past the end", RadiusRefusal::bad_length, [](Vector& v) { v.bytes[21] = 250; }},
        {"an Access-Request", RadiusRefusal::wrong_code, [](Vector& v) { v.bytes[0] = 1; }},
    };
    for (const auto& bad : table) {
        CAPTURE(bad.what);
        Lab lab;
        const auto requests = recorded_requests();
        lab.accounting.take(requests[0].bytes, requests[0].sender, requests[0].port, requests[0].arrival);
        auto spoilt = good;
        bad.spoil(spoilt);
        CHECK_FALSE(lab.accounting.take(spoilt.bytes, spoilt.sender, spoilt.port, spoilt.arrival));
        CHECK(lab.accounting.take(good.bytes, good.sender, good.port, good.arrival));
        CHECK(lab.events.size() == 2);
        CHECK(lab.accounting.refused(bad.reason) == 1);
        CHECK(refused_in_all(lab.accounting) == 1);
        REQUIRE(lab.told.size() == 1);
        CHECK(lab.told[0].feed == "radius");
    }
}

TEST_CASE("a flood of forgeries is told once a minute, with its number, and without a secret")
{
    Lab lab;
    auto forged = a_start();
    forged.bytes[4] ^= 1U;
    for (int i = 0; i < 1'000; ++i) {
        lab.accounting.take(forged.bytes, forged.sender, forged.port, forged.arrival + std::chrono::milliseconds{i});
    }
    CHECK(lab.told.size() == 1);
    lab.accounting.take(forged.bytes, forged.sender, forged.port, forged.arrival + minutes{1});
    REQUIRE(lab.told.size() == 2);
    CHECK(lab.told[1].where == "client wlc-floor");
    CHECK(lab.told[1].what.find("999 more") != std::string::npos);
    CHECK(lab.told[1].what.find("Secret") == std::string::npos);
    CHECK(lab.accounting.refused(RadiusRefusal::bad_authenticator) == 1'001);
}

TEST_CASE("a client may be required to sign with Message-Authenticator")
{
    Lab lab;
    auto strict = lab.client("wlc-floor", "127.0.0.11", "floor-Secret-1");
    strict.require_message_authenticator = true;
    lab.accounting.set_clients({strict}, at("00:00"));
    std::size_t taken = 0;
    for (const auto& request : recorded_requests()) {
        if (request.sender != ip("127.0.0.11") || request.verdict != "ok") continue;
        taken += lab.accounting.take(request.bytes, request.sender, request.port, request.arrival) ? 1U : 0U;
    }
    CHECK(taken == 1);
    CHECK(lab.accounting.refused(RadiusRefusal::missing_message_authenticator) > 0);
}

TEST_CASE("the narrowest network's secret is tried, and only that")
{
    Lab lab;
    lab.accounting.set_clients(
        {lab.client("all", "127.0.0.0/8", "other"), lab.client("wlc-floor", "127.0.0.11", "floor-Secret-1")},
        at("00:00"));
    const auto good = a_start();
    CHECK(lab.accounting.take(good.bytes, good.sender, good.port, good.arrival));
}

TEST_CASE("a secret that cannot be read any more leaves the old one in force, and is told")
{
    Lab lab;
    const auto client = lab.client("wlc-floor", "127.0.0.11", "floor-Secret-1");
    lab.accounting.set_clients({client}, at("00:00"));
    write_file(client.secret_file, "");
    lab.accounting.set_clients({client}, at("00:00"));
    REQUIRE(lab.told.size() == 1);
    CHECK(lab.told[0].where == "client wlc-floor");
    const auto good = a_start();
    CHECK(lab.accounting.take(good.bytes, good.sender, good.port, good.arrival));
}

TEST_CASE("a clock that is an hour off is told, and the event is taken at a time that binds less")
{
    Lab lab;
    const auto good = a_start();
    lab.accounting.take(good.bytes, good.sender, good.port, good.arrival + std::chrono::hours{1});
    REQUIRE(lab.events.size() == 1);
    CHECK(lab.events[0].at == good.arrival + std::chrono::hours{1});
    REQUIRE(lab.told.size() == 1);
    CHECK(lab.told[0].what.find("behind") != std::string::npos);
    CHECK(refused_in_all(lab.accounting) == 0);
}
