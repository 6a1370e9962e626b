// The page for Prometheus: well formed, the same figures as status.json's, and of nobody.
#include "app/metrics_page.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "app/status_file.hpp"
#include "unit/app/exposition.hpp"

namespace breakwatch {
namespace {

// One of everything that is told.
DaemonStatus full_status()
{
    DaemonStatus status;
    status.now = Timestamp(std::chrono::seconds{1'000'000});
    status.started = status.now - std::chrono::seconds{90};
    status.captures.resize(2);
    status.captures[0].interface = "eth1";
    status.captures[0].up = true;
    status.captures[0].decode.packets = 3;
    status.captures[0].decode.bytes = 300;
    status.captures[0].source.dropped_by_kernel = 7;
    status.captures[0].decode.count(Layer::ip, DecodeError::truncated);
    status.captures[0].decode.count(Loss::stream_gap);
    status.captures[0].sensor.flows_refused = 12;
    status.captures[1].interface = "eth2";
    status.captures[1].decode.packets = 4;
    status.captures[1].sensor.flows_refused = 1;
    status.engine.findings = 5;
    status.engine.pending_findings = 2;
    status.engine.named_bytes = 900;
    status.platforms["x"] = {.exchanges = 20, .findings = 5};
    status.drift = 0.31;
    status.memory = memory_use(MemoryPlan(), status.captures, status.engine);
    status.blind = {"one direction alone is seen"};
    auto& feed = status.feeds.emplace_back();
    feed.name = "calls:acd";
    feed.taken = 8;
    feed.last_refusal = "line 3";
    feed.last_event = status.now - std::chrono::seconds{30};
    feed.unmapped_names = {"jane.doe"};
    feed.clock_ahead = std::chrono::milliseconds{-1500};
    status.sinks.emplace_back().name = "siem";
    status.sinks[0].sent = 6;
    status.backlog["siem"] = {.alerts = 3, .oldest = status.now - std::chrono::seconds{40}};
    status.recorded[{"BW-1001", "post-after-call"}] = 2;
    status.recorded[{"BW-3001", ""}] = 1;
    status.writes = {.count = 9, .took = std::chrono::milliseconds{18}, .longest = std::chrono::milliseconds{6}};
    status.free_bytes = 123'456'789;
    status.last_sequence = 11;
    status.waiting_for_store = 1;
    return status;
}

}  // namespace

TEST_CASE("the page is well formed, its names follow Prometheus's rules, and each figure is told by its label")
{
    const auto page = test::read_exposition(metrics_page(full_status()));
    for (const auto& [name, family] : page.families) {
        CAPTURE(name);
        CHECK(std::regex_match(name, std::regex("breakwatch_[a-z0-9]+(_[a-z0-9]+)*")));
        CHECK_FALSE(family.help.empty());
        CHECK((family.type == (name.ends_with("_total") ? "counter" : "gauge")));
        CHECK_FALSE(family.samples.empty());
    }
    CHECK(page.value("breakwatch_build_info", "{version=\"" BREAKWATCH_VERSION "\"}") == 1);
    CHECK(page.value("breakwatch_uptime_seconds") == 90);
    CHECK(page.value("breakwatch_capture_up", "{interface=\"eth1\"}") == 1);
    CHECK(page.value("breakwatch_capture_up", "{interface=\"eth2\"}") == 0);
    CHECK(page.value("breakwatch_capture_packets_total", "{interface=\"eth2\"}") == 4);
    CHECK(page.value("breakwatch_capture_bytes_total", "{interface=\"eth1\"}") == 300);
    CHECK(page.value("breakwatch_capture_dropped_packets_total", "{interface=\"eth1\",cause=\"kernel\"}") == 7);
    CHECK(page.value("breakwatch_capture_not_understood_total", "{layer=\"ip\",reason=\"truncated\"}") == 1);
    CHECK(page.value("breakwatch_capture_not_understood_total", "{layer=\"loss\",reason=\"stream_gap\"}") == 1);
    CHECK(page.value("breakwatch_sensor_flows_refused_total") == 13);
    CHECK(page.value("breakwatch_engine_findings_total") == 5);
    CHECK(page.value("breakwatch_engine_pending_findings") == 2);
    CHECK(page.value("breakwatch_engine_named_bytes_total") == 900);
    CHECK(page.value("breakwatch_platform_exchanges_total", "{platform=\"x\"}") == 20);
    CHECK(page.value("breakwatch_detector_drift_distance") == doctest::Approx(0.31));
    CHECK(page.value("breakwatch_memory_table_rows", "{table=\"findings\"}") == 2);
    CHECK(page.value("breakwatch_blind_spots") == 1);
    CHECK(page.value("breakwatch_feed_lag_seconds", "{feed=\"calls:acd\"}") == 30);
    CHECK(page.value("breakwatch_feed_clock_ahead_seconds", "{feed=\"calls:acd\"}") == doctest::Approx(-1.5));
    CHECK(page.value("breakwatch_sink_backlog_alerts", "{sink=\"siem\"}") == 3);
    CHECK(page.value("breakwatch_sink_oldest_alert_age_seconds", "{sink=\"siem\"}") == 40);
    CHECK(page.value("breakwatch_store_write_seconds_total") == doctest::Approx(0.018));
    CHECK(page.value("breakwatch_store_free_bytes") == 123'456'789);
    CHECK(page.value("breakwatch_events_recorded_total", "{code=\"BW-1001\",rule=\"post-after-call\"}") == 2);
}

TEST_CASE("what is not known is left out of the page and null in the status")
{
    DaemonStatus status;
    status.feeds.emplace_back().name = "calls:acd";
    const auto page = test::read_exposition(metrics_page(status));
    CHECK_FALSE(page.families.contains("breakwatch_detector_drift_distance"));
    CHECK_FALSE(page.families.contains("breakwatch_feed_lag_seconds"));
    CHECK_FALSE(page.families.contains("breakwatch_store_free_bytes"));
    const auto json = boost::json::parse(to_json(status)).as_object();
    CHECK(json.at("drift").is_null());
    CHECK(json.at("feeds").at(0).at("lag_s").is_null());
    CHECK(json.at("store").at("free_bytes").is_null());
}

TEST_CASE("the status says the same")
{
    const auto status = full_status();
    const auto json = boost::json::parse(to_json(status)).as_object();
    CHECK(json.at("drift").to_number<double>() == doctest::Approx(0.31));
    CHECK(json.at("blind_spots") == 1);
    CHECK(json.at("platforms").at("x").at("findings") == 5);
    CHECK(json.at("feeds").at(0).at("lag_s").to_number<double>() == 30);
    CHECK(json.at("feeds").at(0).at("clock_ahead_s").to_number<double>() == doctest::Approx(-1.5));
    CHECK(json.at("sinks").at(0).at("backlog") == 3);
    CHECK(json.at("sinks").at(0).at("oldest_s").to_number<double>() == 40);
    CHECK(json.at("store").at("free_bytes") == 123'456'789);
    CHECK(json.at("events").at(0).at("rule").as_string() == "post-after-call");
    CHECK(json.at("waiting_for_store") == 1);
}

TEST_CASE("texts and names that the status has for administrators are not on the page")
{
    const auto page = metrics_page(full_status());
    for (const auto* text : {"jane.doe", "line 3", "one direction"}) CHECK(page.find(text) == std::string::npos);
}

TEST_CASE("a label's value cannot break out of its line")
{
    DaemonStatus status;
    status.feeds.emplace_back().name = "a\"b\\c\nbreakwatch_forged 1";
    const auto page = test::read_exposition(metrics_page(status));
    CHECK_FALSE(page.families.contains("breakwatch_forged"));
    CHECK(page.families.at("breakwatch_feed_up").samples.size() == 1);
}

TEST_CASE("the shipped alert rules ask for figures that there are")
{
    const auto file =
        std::filesystem::path(std::getenv("BREAKWATCH_SOURCE")) / "daemon/siem/prometheus/breakwatch.rules.yaml";
    std::ifstream in(file);
    const std::string rules(std::istreambuf_iterator<char>(in), {});
    const auto page = test::read_exposition(metrics_page(full_status()));
    const std::regex name("breakwatch_[a-z0-9_]+");
    std::size_t asked = 0;
    for (std::sregex_iterator at(rules.begin(), rules.end(), name), end; at != end; ++at, ++asked) {
        CAPTURE(at->str());
        CHECK(page.families.contains(at->str()));
    }
    CHECK(asked >= 9);
}

}  // namespace breakwatch
