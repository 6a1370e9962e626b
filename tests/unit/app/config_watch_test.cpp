#include "app/config_watch.hpp"

#include <doctest/doctest.h>

#include "support/temporary_folder.hpp"

using namespace breakwatch;

namespace {

constexpr Timestamp kNow{std::chrono::seconds{1'800'000'000}};

std::string config_with(const std::string& interface)
{
    return "purpose: {text: a, responsible: b, rules_reference: c, notice_date: 2026-01-01, retention: 30 days}\n"
           "site: {time_zone: Asia/Tokyo}\ncapture: {interface: " +
           interface + "}\nenrolment: enrolment.csv\nsyslog: [{name: l, transport: local}]\n";
}

}  // namespace

TEST_CASE("a main configuration that was changed or broken while the daemon runs is told at the reload")
{
    const test::TemporaryFolder folder;
    folder.write("enrolment.csv",
                 "staff_id,macs,notice_date,consent_date\n1042,02:1a:10:00:10:01,2026-01-01,2026-01-02\n");
    const auto file = folder.write("breakwatch.yaml", config_with("eth1"));
    ConfigWatch watch(file);
    CHECK_FALSE(watch.look(kNow));
    CHECK(watch.digest().size() == 64);

    folder.write("breakwatch.yaml", "# a word\n" + config_with("eth1"));
    CHECK_FALSE(watch.look(kNow));

    folder.write("breakwatch.yaml", config_with("eth2"));
    const auto changed = watch.look(kNow);
    REQUIRE(changed);
    CHECK(changed->code == "BW-3003");
    CHECK(changed->text == file.string() +
                               ": was changed in capture.interface; needs a restart, until then what was read at the "
                               "start stays in force");
    CHECK_FALSE(watch.pending().empty());

    folder.write("breakwatch.yaml", config_with("eth1") + "sislog: 1\n");
    const auto broken = watch.look(kNow);
    REQUIRE(broken);
    CHECK(broken->severity == Severity::warning);
    CHECK(broken->text.starts_with(file.string() + ":6:1: sislog: "));
    CHECK(broken->text.ends_with("the next start would be refused"));

    std::filesystem::remove(file);
    REQUIRE(watch.look(kNow));

    folder.write("breakwatch.yaml", config_with("eth1"));
    const auto good = watch.look(kNow);
    REQUIRE(good);
    CHECK(good->text.ends_with("says again what is in force"));
    CHECK(watch.pending().empty());
    CHECK_FALSE(watch.look(kNow));
}

TEST_CASE("a configuration that lost its purpose would be refused at the next start, and says so now")
{
    const test::TemporaryFolder folder;
    folder.write("enrolment.csv",
                 "staff_id,macs,notice_date,consent_date\n1042,02:1a:10:00:10:01,2026-01-01,2026-01-02\n");
    const auto file = folder.write("breakwatch.yaml", config_with("eth1"));
    ConfigWatch watch(file);
    auto text = config_with("eth1");
    text.replace(text.find("text: a, "), 9, "");
    folder.write("breakwatch.yaml", text);
    const auto told = watch.look(kNow);
    REQUIRE(told);
    CHECK(told->text.find("purpose.text: is not stated") != std::string::npos);
}
