#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "feeds/radius/radius_duplicates.hpp"
#include "feeds/radius/radius_session.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr std::uint32_t kStart = 1;
constexpr std::uint32_t kStop = 2;
constexpr std::uint32_t kInterim = 3;

AccountingRecord record(std::uint32_t status_type)
{
    AccountingRecord record;
    record.status_type = status_type;
    record.user_name = "s1001";
    record.session_id = "5F010010";
    record.calling_station = "02-1A-10-00-10-01";
    record.called_station = "00-1A-1E-20-00-01:BREAK ROOM";
    record.nas_identifier = "wlc-break";
    record.addresses = {ip("10.77.20.31")};
    return record;
}

Timestamp time_told(std::uint32_t status_type, Duration skew)
{
    auto said = record(status_type);
    said.event_time = at("12:00") + skew;
    return session_event(said, at("12:00")).value().at;
}

}  // namespace

TEST_CASE("a MAC address is understood in every notation that access points use")
{
    const auto phone = mac("02:1a:10:00:10:01");
    for (const char* text :
         {"02-1A-10-00-10-01", "02:1a:10:00:10:01", "021a.1000.1001", "021a10001001", "021A10-001001",
          "02-1a-10-00-10-01", "021a-1000-1001", "02 1A 10 00 10 01", "021a:1000:1001", "02.1a.10.00.10.01"}) {
        CAPTURE(text);
        CHECK(parse_station(text) == phone);
    }
}

TEST_CASE("what is not a MAC address is not taken for one")
{
    for (const char* text : {"", "192.168.100.123", "10.77.20.31", "02-1A-10-00-10", "02-1A-10-00-10-01-02",
                             "02-1A:10-00-10-01", "021a1000100", "phone-1001", "02-1A-10-00-10-0g", "-021a10001001",
                             "021a10001001-", "02--1a-10-00-10-01", "1-2-3-4-5-6-7-8-9-a-b-c-d"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_station(text));
    }
}

TEST_CASE("Called-Station-Id is split into access point and SSID, which may hold blanks and colons")
{
    const std::vector<std::pair<std::string, CalledStation>> cases{
        {"00-1A-1E-20-00-01:BREAK ROOM", {"00:1a:1e:20:00:01", "BREAK ROOM"}},
        {"00-1A-1E-20-00-01:a:b: c", {"00:1a:1e:20:00:01", "a:b: c"}},
        {"00:1a:1e:20:00:01:a:b", {"00:1a:1e:20:00:01", "a:b"}},
        {"001a.1e20.0001:OPS", {"00:1a:1e:20:00:01", "OPS"}},
        {"001a1e200001:OPS", {"00:1a:1e:20:00:01", "OPS"}},
        {"001a1e-200001:OPS", {"00:1a:1e:20:00:01", "OPS"}},
        {"00-1A-2F-33-00-01", {"00:1a:2f:33:00:01", ""}},
        {"00-1A-2F-33-00-01:", {"00:1a:2f:33:00:01", ""}},
        {"ap-floor-3:OPS", {"ap-floor-3", "OPS"}},
        {"", {"", ""}}};
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        const auto called = parse_called_station(text);
        CHECK(called.access_point == expected.access_point);
        CHECK(called.ssid == expected.ssid);
    }
}

TEST_CASE("a Start tells who is where with which device")
{
    const auto event = session_event(record(kStart), at("12:00")).value();
    CHECK(event.kind == SessionEvent::Kind::start);
    CHECK(event.user == "s1001");
    CHECK(event.mac == mac("02:1a:10:00:10:01"));
    CHECK(event.nas == "wlc-break");
    CHECK(event.access_point == "00:1a:1e:20:00:01");
    CHECK(event.ssid == "BREAK ROOM");
    CHECK(event.addresses == std::vector{ip("10.77.20.31")});
    CHECK(event.at == at("12:00"));
}

TEST_CASE("gigawords are added to the octets")
{
    auto said = record(kInterim);
    said.octets_in = 5;
    said.gigawords_in = 2;
    said.octets_out = 0xffff'ffff;
    const auto event = session_event(said, at("12:00")).value();
    CHECK(event.octets_in == 8'589'934'597);
    CHECK(event.octets_out == 0xffff'ffff);
}

TEST_CASE("a prefix of 128 bits is an address, one of 64 bits makes one with the interface id")
{
    auto said = record(kInterim);
    said.prefixes = {parse_subnet("2001:db8:77:a1::7/128").value(), parse_subnet("2001:db8:77:b1::/64").value()};
    said.interface_id = {0, 0x1a, 0x10, 0xff, 0xfe, 0, 0x10, 1};
    const auto event = session_event(said, at("12:00")).value();
    CHECK(event.addresses ==
          std::vector{ip("10.77.20.31"), ip("2001:db8:77:a1::7"), ip("2001:db8:77:b1:1a:10ff:fe00:1001")});
    CHECK(event.prefixes == std::vector{parse_subnet("2001:db8:77:b1::/64").value()});
}

TEST_CASE("an address that only asks for one binds nobody")
{
    auto said = record(kStart);
    said.addresses = {ip("255.255.255.254"), ip("255.255.255.255"), ip("0.0.0.0"), ip("10.77.20.31"),
                      ip("10.77.20.31")};
    CHECK(session_event(said, at("12:00")).value().addresses == std::vector{ip("10.77.20.31")});
}

TEST_CASE("the time is Event-Timestamp, else arrival less Acct-Delay-Time")
{
    auto said = record(kStart);
    said.delay = seconds{7};
    CHECK(session_event(said, at("12:00")).value().at == at("12:00") - seconds{7});
    said.event_time = at("11:59:52");
    CHECK(session_event(said, at("12:00")).value().at == at("11:59:52"));
}

TEST_CASE("a clock an hour off makes a session shorter, never longer")
{
    CHECK(time_told(kStart, hours{1}) == at("12:00"));
    CHECK(time_told(kStart, -hours{1}) == at("12:00"));
    CHECK(time_told(kInterim, -hours{1}) == at("12:00"));
    CHECK(time_told(kStop, hours{1}) == at("12:00"));
    CHECK(time_told(kStop, -hours{1}) == at("11:00"));
    CHECK(time_told(kStart, -minutes{4}) == at("11:56"));
}

TEST_CASE("Accounting-On and -Off close the sessions of their NAS")
{
    for (const std::uint32_t status : {7U, 8U}) {
        AccountingRecord said;
        said.status_type = status;
        said.nas_address = ip("127.0.0.11");
        const auto event = session_event(said, at("12:00")).value();
        CHECK(event.kind == SessionEvent::Kind::nas_reset);
        CHECK(event.nas == "127.0.0.11");
    }
}

TEST_CASE("each thing that a record lacks has its reason")
{
    const auto refusal = [](auto change) {
        auto said = record(kStart);
        change(said);
        const auto event = session_event(said, at("12:00"));
        REQUIRE_FALSE(event);
        return event.error();
    };
    CHECK(refusal([](AccountingRecord& r) { r.status_type.reset(); }) == SessionRefusal::no_status_type);
    CHECK(refusal([](AccountingRecord& r) { r.status_type = 9; }) == SessionRefusal::other_status_type);
    CHECK(refusal([](AccountingRecord& r) { r.session_id.clear(); }) == SessionRefusal::no_session_id);
    CHECK(refusal([](AccountingRecord& r) { r.nas_identifier.clear(); }) == SessionRefusal::no_nas);
    CHECK(refusal([](AccountingRecord& r) { r.user_name.clear(); }) == SessionRefusal::no_user);
    CHECK(refusal([](AccountingRecord& r) { r.calling_station = "phone-1001"; }) == SessionRefusal::no_device);
}

TEST_CASE("a Stop need not say again what its Start said")
{
    auto said = record(kStop);
    said.user_name.clear();
    said.calling_station.clear();
    CHECK(session_event(said, at("12:00")).has_value());
}

TEST_CASE("a report that is sent again under a new id counts once")
{
    RadiusDuplicates seen(100);
    auto said = record(kInterim);
    const auto first = session_event(said, at("12:00")).value();
    said.delay = seconds{6};
    const auto again = session_event(said, at("12:00:05")).value();
    CHECK_FALSE(seen.repeated_event(first, false));
    CHECK(seen.repeated_event(again, true));
}

TEST_CASE("the next interim report, with the same content, is not a repeat")
{
    RadiusDuplicates seen(100);
    CHECK_FALSE(seen.repeated_event(session_event(record(kInterim), at("12:00")).value(), false));
    CHECK_FALSE(seen.repeated_event(session_event(record(kInterim), at("12:00:02")).value(), false));
}

TEST_CASE("what is remembered of reports is bounded, and the oldest go first")
{
    RadiusDuplicates seen(10);
    const std::array<std::uint8_t, 16> authenticator{};
    for (std::uint16_t port = 1; port <= 1000; ++port) {
        CHECK_FALSE(seen.repeated_request(ip("127.0.0.11"), port, 7, authenticator));
    }
    CHECK(seen.size() == 10);
    CHECK(seen.repeated_request(ip("127.0.0.11"), 1000, 7, authenticator));
    CHECK_FALSE(seen.repeated_request(ip("127.0.0.11"), 1, 7, authenticator));
}
