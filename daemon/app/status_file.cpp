#include "app/status_file.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <type_traits>
#include <variant>

#include "app/capture_stage.hpp"
#include "app/status_figures.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

json::value in_json(const Figure::Value& value)
{
    return std::visit(
        []<typename Kind>(const Kind& each) -> json::value {
            if constexpr (std::is_same_v<Kind, std::monostate>)
                return nullptr;
            else
                return each;
        },
        value);
}

// What a bound kept out is an object of its own.
void put(json::object& into, const Figures& figures)
{
    json::object refused;
    for (const auto& figure : figures) {
        const bool kept_out = figure.kind == CounterKind::refused || figure.kind == CounterKind::limited;
        (kept_out ? refused : into)[figure.key] = in_json(figure.value);
    }
    if (!refused.empty()) into["refused_full"] = std::move(refused);
}

json::object with(json::object object, const Figures& figures)
{
    put(object, figures);
    return object;
}

json::object describe(const CaptureStatus& capture)
{
    return with({{"interface", capture.interface}, {"last_error", capture.last_error}}, figures_of(capture));
}

json::object describe(const std::vector<CaptureStatus>& captures)
{
    const auto all = total(captures);
    auto object = with(describe(all), figures_of(all.sensor));
    object["not_understood"] = with({}, figures_of(all.decode));
    json::array each;
    for (const auto& capture : captures) each.push_back(describe(capture));
    object["interfaces"] = std::move(each);
    return object;
}

json::object describe(const std::map<std::string, PlatformCounters>& platforms)
{
    json::object object;
    for (const auto& [platform, counters] : platforms) object[platform] = with({}, figures_of(counters));
    return object;
}

json::object describe(const MemoryUse& memory)
{
    json::array tables;
    for (const auto& each : memory.tables) tables.push_back(with({{"name", each.name()}}, figures_of(each)));
    return with({{"tables", std::move(tables)}}, figures_of(memory));
}

json::object describe(const FeedStatus& feed, Timestamp now)
{
    json::object entry{{"name", feed.name}, {"last_event", nullptr}, {"last_refusal", feed.last_refusal}};
    if (feed.last_event) entry["last_event"] = to_rfc3339(*feed.last_event);
    return with(std::move(entry), figures_of(feed, now));
}

json::array describe(const StoreThread::Recorded& recorded)
{
    json::array events;
    for (const auto& [kind, count] : recorded)
        events.push_back(with({{"code", kind.first}, {"rule", kind.second}}, figures_of_recorded(count)));
    return events;
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
    for (const auto& feed : status.feeds) feeds.push_back(describe(feed, status.now));
    json::array sinks;
    for (const auto& sink : status.sinks)
        sinks.push_back(with({{"name", sink.name}, {"last_error", sink.last_error}, {"security", sink.security}},
                             figures_of(sink, backlog_of(status, sink.name), status.now)));
    json::array blind;
    for (const auto& each : status.blind) blind.push_back(each.c_str());
    const auto whole = with({{"version", BREAKWATCH_VERSION},
                             {"pid", ::getpid()},
                             {"started", to_rfc3339(status.started)},
                             {"now", to_rfc3339(status.now)},
                             {"capture", describe(status.captures)},
                             {"engine", with({}, figures_of(status.engine))},
                             {"platforms", describe(status.platforms)},
                             {"memory", describe(status.memory)},
                             {"blind", std::move(blind)},
                             {"feeds", std::move(feeds)},
                             {"sinks", std::move(sinks)},
                             {"store", with({}, figures_of_store(status))},
                             {"events", describe(status.recorded)},
                             {"verdicts", describe(status.verdicts)}},
                            figures_of_all(status));
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
