#include "app/status_file.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

#include "app/capture_stage.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// What a bound kept out is an object of its own, by what it was: "flows" of flows_refused.
template <typename Counters>
void put(json::object& into, const Counters& counters)
{
    json::object refused;
    counters.for_each([&](const CounterFacts& facts, std::uint64_t count) {
        if (facts.kind == CounterKind::refused || facts.kind == CounterKind::limited) {
            refused[facts.name.substr(0, facts.name.find("_refused"))] = count;
        } else {
            into[facts.name] = count;
        }
    });
    into["refused_full"] = std::move(refused);
}

json::object describe(const CaptureStatus& capture)
{
    return {{"interface", capture.interface},
            {"up", capture.up},
            {"last_error", capture.last_error},
            {"packets", capture.decode.packets},
            {"bytes", capture.decode.bytes},
            {"received", capture.source.received},
            {"dropped_by_kernel", capture.source.dropped_by_kernel},
            {"dropped_by_interface", capture.source.dropped_by_interface},
            {"dropped_observations", capture.dropped_observations},
            {"flows", capture.flows}};
}

json::object describe(const std::vector<CaptureStatus>& captures)
{
    const auto all = total(captures);
    auto object = describe(all);
    json::object errors;
    all.decode.for_each([&](const std::string& name, std::uint64_t count) { errors[name] = count; });
    object["not_understood"] = std::move(errors);
    put(object, all.sensor);
    json::array each;
    for (const auto& capture : captures) each.push_back(describe(capture));
    object["interfaces"] = std::move(each);
    return object;
}

json::object describe(const EngineCounters& engine)
{
    json::object object;
    put(object, engine);
    return object;
}

json::object describe(const MemoryUse& memory)
{
    json::array tables;
    for (const auto& each : memory.tables) {
        const json::object table{{"name", each.name()},
                                 {"rows", each.rows},
                                 {"most_rows", each.most},
                                 {"bytes", each.octets()},
                                 {"most_bytes", each.most_octets()}};
        tables.push_back(table);
    }
    return {{"budget", memory.budget},
            {"resident", memory.resident},
            {"over", memory.over()},
            {"tables", std::move(tables)}};
}

json::object describe(const FeedStatus& feed)
{
    json::object entry{{"name", feed.name},         {"up", feed.up},           {"taken", feed.taken},
                       {"refused", feed.refused},   {"last_event", nullptr},   {"last_refusal", feed.last_refusal},
                       {"unmapped", feed.unmapped}, {"clock_ahead_s", nullptr}};
    if (feed.clock_ahead) {
        entry["clock_ahead_s"] = std::chrono::duration<double>(*feed.clock_ahead).count();
    }
    if (feed.last_event) entry["last_event"] = to_rfc3339(*feed.last_event);
    return entry;
}

json::object describe(const SinkStatus& sink, std::size_t backlog)
{
    return {{"name", sink.name},
            {"connected", sink.connected},
            {"sent", sink.sent},
            {"failures", sink.failures},
            {"truncated", sink.truncated},
            {"backlog", backlog},
            {"last_error", sink.last_error}};
}

json::object describe(const VerdictCounts& counts)
{
    json::object told{{"true", counts.confirmed},
                      {"false", counts.false_alarms},
                      {"unknown", counts.unknown},
                      {"precision", nullptr},
                      {"precision_from", counts.interval().from},
                      {"precision_to", counts.interval().to}};
    if (const auto precision = counts.precision()) told["precision"] = *precision;
    return told;
}

json::array describe(const std::vector<RuleVerdicts>& verdicts)
{
    json::array rules;
    for (const auto& each : verdicts) {
        auto rule = describe(each.all);
        rule["rule"] = each.rule;
        json::array platforms;
        for (const auto& [platform, counts] : each.platforms) {
            auto on = describe(counts);
            on["platform"] = platform;
            platforms.push_back(std::move(on));
        }
        rule["platforms"] = std::move(platforms);
        rules.push_back(std::move(rule));
    }
    return rules;
}

}  // namespace

std::string to_json(const DaemonStatus& status)
{
    json::array feeds;
    for (const auto& feed : status.feeds) feeds.push_back(describe(feed));
    json::array sinks;
    for (const auto& sink : status.sinks) {
        const auto owed = status.backlog.find(sink.name);
        sinks.push_back(describe(sink, owed == status.backlog.end() ? 0 : owed->second));
    }
    json::array blind;
    for (const auto& each : status.blind) blind.push_back(each.c_str());
    const json::object whole{{"version", BREAKWATCH_VERSION},
                             {"pid", ::getpid()},
                             {"started", to_rfc3339(status.started)},
                             {"now", to_rfc3339(status.now)},
                             {"capture", describe(status.captures)},
                             {"engine", describe(status.engine)},
                             {"memory", describe(status.memory)},
                             {"blind", std::move(blind)},
                             {"feeds", std::move(feeds)},
                             {"sinks", std::move(sinks)},
                             {"last_sequence", status.last_sequence},
                             {"waiting_for_store", status.waiting_for_store},
                             {"verdicts", describe(status.verdicts)}};
    return clean_text(json::serialize(whole));
}

std::expected<void, std::string> write_status(const std::filesystem::path& file, const DaemonStatus& status)
{
    const auto fresh = file.string() + ".new";
    {
        std::ofstream out(fresh, std::ios::trunc);
        out << to_json(status) << '\n';
        if (!out.flush()) return std::unexpected("status: " + fresh + ": cannot be written");
    }
    std::error_code error;
    std::filesystem::rename(fresh, file, error);
    if (error) return std::unexpected("status: " + file.string() + ": " + error.message());
    return {};
}

}  // namespace breakwatch
