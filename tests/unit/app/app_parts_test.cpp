// The small parts of the service: status file, device filter, site errors.
#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "app/device_filter_of.hpp"
#include "app/exit_code.hpp"
#include "app/log.hpp"
#include "app/site.hpp"
#include "app/status_file.hpp"
#include "support/moments.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("the status file is replaced whole and says what is up, owed and waiting")
{
    const TemporaryFolder folder;
    DaemonStatus status;
    status.captures.emplace_back().interface = "eth1";
    status.captures[0].last_error = "capture eth1: the interface has gone";
    status.sinks.push_back({.name = "siem",
                            .connected = true,
                            .sent = 7,
                            .failures = 1,
                            .truncated = 0,
                            .last_error = "",
                            .security = ""});
    status.backlog["siem"].alerts = 3;
    status.last_sequence = 12;
    status.waiting_for_store = 2;
    REQUIRE(write_status(folder / "status.json", status));
    status.last_sequence = 13;
    REQUIRE(write_status(folder / "status.json", status));
    const auto whole = boost::json::parse(folder.read("status.json")).as_object();
    CHECK(whole.at("last_sequence").as_int64() == 13);
    CHECK(whole.at("waiting_for_store").as_int64() == 2);
    CHECK(whole.at("sinks").at(0).at("backlog").as_int64() == 3);
    CHECK(whole.at("capture").at("last_error") == "capture eth1: the interface has gone");
    CHECK_FALSE(std::filesystem::exists(folder / "status.json.new"));

    const auto nowhere = write_status(folder / "none/status.json", status);
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().find("cannot be written") != std::string::npos);
}

TEST_CASE("the capture looks at devices of people who were told and have not withdrawn, and at what is bound to them")
{
    const auto person = [](const char* id, const char* device) {
        EnrolledPerson one;
        one.staff = StaffId{id};
        one.macs = {mac(device)};
        one.notice = at("08:00");
        return one;
    };
    auto told = person("s1", "02:00:00:00:00:01");
    auto later = person("s2", "02:00:00:00:00:02");
    later.notice = at("18:00");
    auto withdrawn = person("s3", "02:00:00:00:00:03");
    withdrawn.withdrawn = at("09:00");
    const Enrolment enrolment({told, later, withdrawn});
    const std::vector<BoundAddress> bound{
        {mac("02:00:00:00:00:04"), ip("10.77.0.9")}, {{}, ip("10.77.0.10")}, {{}, ip("10.77.0.11"), true}};
    const auto filter = device_filter_of(enrolment, bound, at("12:00"));
    CHECK(filter->wants(mac("02:00:00:00:00:01")));
    CHECK_FALSE(filter->wants(mac("02:00:00:00:00:02")));
    CHECK_FALSE(filter->wants(mac("02:00:00:00:00:03")));
    CHECK_FALSE(filter->wants(MacAddress{}));
    CHECK(filter->wants(mac("02:00:00:00:00:04")));
    CHECK(filter->known(ip("10.77.0.9")));
    CHECK(filter->from_portal(ip("10.77.0.10")));
    CHECK_FALSE(filter->from_portal(ip("10.77.0.11")));
}

TEST_CASE("whose packets are looked at is made anew when others are known, and as time passes")
{
    FilterRenewal renewal;
    const auto made = [&](std::uint64_t version, const char* clock) {
        const auto whole = [] { return std::make_shared<const DeviceFilter>(); };
        return renewal.next(version, {}, at(clock), whole) != nullptr;
    };
    CHECK(made(0, "12:00:00"));
    CHECK_FALSE(made(0, "12:00:09"));
    CHECK(made(1, "12:00:09"));
    CHECK_FALSE(made(1, "12:00:18"));
    CHECK(made(1, "12:00:19"));
    CHECK(made(1, "12:00:18"));  // the clock was set
    renewal.forget();
    CHECK(made(1, "12:00:18"));
}

TEST_CASE("what is met between is added to whose packets are looked at, and nothing is taken away")
{
    FilterRenewal renewal;
    const auto phone = mac("02:00:00:00:00:01");
    std::size_t wholes = 0;
    const auto whole = [&] {
        ++wholes;
        auto filter = std::make_shared<DeviceFilter>();
        filter->macs.insert(phone);
        filter->late_names = true;
        return filter;
    };
    const auto first = renewal.next(0, {}, at("12:00:00"), whole);
    const auto second = renewal.next(0, {{phone, ip("10.77.0.9")}}, at("12:00:01"), whole);
    const auto third = renewal.next(0, {{phone, ip("10.77.0.10")}}, at("12:00:02"), whole);
    REQUIRE(third);
    CHECK(wholes == 1);
    CHECK(third->wants(phone));
    CHECK_FALSE(third->wants(mac("02:00:00:00:00:02")));
    CHECK(third->known(ip("10.77.0.9")));
    CHECK(third->known(ip("10.77.0.10")));
    CHECK(third->late_names);
    CHECK(second->adds_to(first));
    CHECK(third->adds_to(second));
    CHECK_FALSE(first->adds_to(first));

    const std::vector<BoundAddress> many(FilterRenewal::kMostAdded, {phone, ip("10.77.0.11")});
    const auto fourth = renewal.next(0, many, at("12:00:03"), whole);
    CHECK(wholes == 2);
    CHECK_FALSE(fourth->adds_to(third));
}

TEST_CASE("what is wrong with a site's files ends with the exit code that says which kind it is")
{
    const TemporaryFolder folder;
    const auto wrong = load_site_config(folder.write("a.yaml", "nonsense: 1\n"));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().exit_code == exit_config);

    const auto config = load_site_config(folder.write("b.yaml", "site: {name: osaka}\n"));
    REQUIRE(config);
    CHECK(missing_preconditions(*config).exit_code == exit_precondition);

    Config tables;
    tables.rules = folder.write("rules.yaml", "rules: [{id: a}]\n");
    tables.platforms = folder / "none.yaml";
    const auto refused = load_tables(tables);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().exit_code == exit_config);
    CHECK(refused.error().lines.size() == 2);
    CHECK(load_tables(Config{}));
}

TEST_CASE("there are five log levels and no other")
{
    for (const auto* level : {"trace", "debug", "info", "warning", "error"}) CHECK(set_up_log(level));
    CHECK_FALSE(set_up_log("loud"));
    CHECK(set_up_log("warning"));
}
