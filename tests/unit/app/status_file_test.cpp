// What `breakwatch status` reads of the counters: each under its name, what a bound kept out apart.
#include "app/status_file.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>

namespace breakwatch {

TEST_CASE("every counter is in the status, and what a bound kept out under what it was")
{
    DaemonStatus status;
    status.captures.resize(2);
    status.captures[0].interface = "eth1";
    status.captures[1].interface = "eth2";
    status.captures[0].up = true;
    status.captures[1].last_error = "capture eth2: the interface has gone";
    status.captures[0].decode.packets = 3;
    status.captures[1].decode.packets = 4;
    status.captures[0].flows = 5;
    status.captures[0].sensor.flows_refused = 12;
    status.captures[1].sensor.volumes_refused = 2;
    status.engine.findings_refused_full = 3;
    status.engine.duty_events = 4;
    const auto json = boost::json::parse(to_json(status)).as_object();
    const auto& capture = json.at("capture").as_object();
    CHECK(capture.at("packets") == 7);
    CHECK(capture.at("interface") == "eth1, eth2");
    CHECK(capture.at("up") == false);
    CHECK(capture.at("last_error") == "capture eth2: the interface has gone");
    CHECK(capture.at("interfaces").at(0).at("up") == true);
    CHECK(capture.at("interfaces").at(1).at("packets") == 4);
    CHECK(capture.at("flows") == 5);
    CHECK(capture.at("refused_full").at("flows") == 12);
    CHECK(capture.at("refused_full").at("volumes") == 2);
    CHECK(json.at("engine").at("refused_full").at("findings") == 3);
    CHECK(json.at("engine").at("duty_events") == 4);
    const auto names_one = [](const boost::json::object& part, const CounterFacts& facts) {
        const auto what = facts.name.substr(0, facts.name.find("_refused"));
        const bool kept_out = facts.kind == CounterKind::refused || facts.kind == CounterKind::limited;
        CAPTURE(facts.name);
        CHECK((kept_out ? part.at("refused_full").as_object() : part).contains(what));
    };
    status.captures[0].sensor.for_each([&](const CounterFacts& facts, std::uint64_t) { names_one(capture, facts); });
    const auto& engine = json.at("engine").as_object();
    status.engine.for_each([&](const CounterFacts& facts, std::uint64_t) { names_one(engine, facts); });
}

TEST_CASE("the figures of each rule are in the status with precision and interval, null where nothing was judged")
{
    DaemonStatus status;
    RuleVerdicts rule{"post-after-call", {3, 1, 2}, {}};
    rule.platforms["instagram"] = {0, 0, 2};
    rule.platforms["x"] = {3, 1, 0};
    status.verdicts = {rule};
    const auto json = boost::json::parse(to_json(status)).at("verdicts").at(0).as_object();
    CHECK(json.at("rule").as_string() == "post-after-call");
    CHECK(json.at("true") == 3);
    CHECK(json.at("false") == 1);
    CHECK(json.at("unknown") == 2);
    CHECK(json.at("precision").to_number<double>() == doctest::Approx(0.75));
    CHECK(json.at("precision_from").to_number<double>() == doctest::Approx(0.1941).epsilon(0.001));
    CHECK(json.at("precision_to").to_number<double>() == doctest::Approx(0.9937).epsilon(0.001));
    CHECK(json.at("platforms").at(0).at("platform").as_string() == "instagram");
    CHECK(json.at("platforms").at(0).at("precision").is_null());
}

}  // namespace breakwatch
