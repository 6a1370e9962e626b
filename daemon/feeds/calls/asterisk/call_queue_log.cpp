#include "feeds/calls/asterisk/call_queue_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <vector>

#include "feeds/calls/asterisk/asterisk_names.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using Type = CallStatement::Type;

constexpr std::size_t kMostFields = 24;

// "1795451812", or with a fraction as queue_log tables of a database have it.
std::optional<Timestamp> parse_epoch(std::string_view text)
{
    std::int64_t seconds = 0;
    const auto* const end = text.data() + text.size();
    auto [at, error] = std::from_chars(text.data(), end, seconds);
    if (error != std::errc{} || seconds <= 0 || seconds > kLatestEpoch) return std::nullopt;
    std::int64_t nanoseconds = 0;
    if (at != end && *at == '.') {
        std::int64_t unit = 100'000'000;
        for (++at; at != end && *at >= '0' && *at <= '9'; ++at, unit /= 10) {
            nanoseconds += (*at - '0') * unit;
        }
    }
    if (at != end) return std::nullopt;
    return Timestamp(std::chrono::seconds{seconds} + std::chrono::nanoseconds{nanoseconds});
}

std::optional<Duration> parse_seconds(std::string_view text)
{
    std::uint32_t seconds = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, seconds);
    if (text.empty() || error != std::errc{} || at != end || seconds > 86'400) return std::nullopt;
    return std::chrono::seconds{seconds};
}

std::string bounded(std::string_view text)
{
    return std::string(cut_text(text, kLongestCallText));
}

}  // namespace

struct QueueLog::Line {
    Timestamp at;
    std::string_view call;
    std::string_view queue;
    std::string_view agent;
    std::string_view event;
    std::vector<std::string_view> data;

    std::string key() const { return bounded(call) + '|' + bounded(agent); }
    std::string_view data_at(std::size_t index) const { return index < data.size() ? data[index] : std::string_view(); }
    // Transfers and ends close with "...|talk|position", whatever stands before.
    std::optional<Duration> talk() const
    {
        return data.size() < 2 ? std::nullopt : parse_seconds(data[data.size() - 2]);
    }
    CallStatement about_agent(Type type) const
    {
        return {.type = type,
                .at = at,
                .agents = asterisk_names(agent),
                .queue = queue == "NONE" ? std::string() : bounded(queue)};
    }
};

std::expected<CallStatements, std::string> QueueLog::read(std::string_view text)
{
    while (text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
    std::vector<std::string_view> fields;
    for (auto rest = text; fields.size() < kMostFields;) {
        const auto bar = rest.find('|');
        fields.push_back(rest.substr(0, bar));
        if (bar == std::string_view::npos) break;
        rest.remove_prefix(bar + 1);
    }
    if (fields.size() < 5) return std::unexpected("expected epoch|callid|queue|agent|EVENT|...");
    const auto at = parse_epoch(fields[0]);
    if (!at) return std::unexpected("the first field: expected seconds since 1970");
    const Line line{*at,       fields[1], fields[2],
                    fields[3], fields[4], std::vector<std::string_view>(fields.begin() + 5, fields.end())};
    ++lines_;

    const bool transfer = line.event == "BLINDTRANSFER" || line.event == "ATTENDEDTRANSFER" || line.event == "TRANSFER";
    const bool complete = line.event == "COMPLETEAGENT" || line.event == "COMPLETECALLER";
    if ((transfer || complete || line.event == "CONNECT") && (line.call.empty() || line.agent.empty())) {
        return std::unexpected("a call without callid or agent");
    }
    if (line.event == "CONNECT") return connect(line);
    if (complete) return end(line, line.event == "COMPLETEAGENT" ? "agent" : "caller");
    if (transfer) return end(line, "transfer");
    if (line.event == "QUEUESTART") return restart(line.at);
    // PAUSEALL stands before the PAUSE of each queue, and says nothing more.
    if (line.event == "PAUSE") {
        auto pause = line.about_agent(Type::pause);
        pause.reason = reason_of(line.data_at(0));
        return CallStatements{std::move(pause)};
    }
    if (line.event == "UNPAUSE") return CallStatements{line.about_agent(Type::unpause)};
    if (line.event == "ADDMEMBER") {
        CallStatements statements{line.about_agent(Type::login)};
        if (line.data_at(0) == "PAUSED") statements.push_back(line.about_agent(Type::pause));
        return statements;
    }
    if (line.event == "REMOVEMEMBER" || line.event == "AGENTLOGOFF" || line.event == "AGENTCALLBACKLOGOFF") {
        return CallStatements{line.about_agent(Type::logout)};
    }
    if (line.event == "AGENTLOGIN" || line.event == "AGENTCALLBACKLOGIN") {
        return CallStatements{line.about_agent(Type::login)};
    }
    // Callers who wait, ring and leave, and what a later Asterisk adds: the feed is alive.
    return CallStatements{{.type = Type::heartbeat, .at = *at}};
}

CallStatements QueueLog::connect(const Line& line)
{
    make_room();
    auto& answers = calls_[line.key()];
    const auto channel = bounded(line.data_at(1));
    if (answers.number == 0 || answers.channel != channel) ++answers.number;
    answers.channel = channel;
    answers.queue = bounded(line.queue);
    answers.open = true;
    answers.touched = lines_;
    auto start = line.about_agent(Type::call_start);
    start.id = bounded(line.call);
    if (answers.number > 1) start.id += "#" + std::to_string(answers.number);
    return {std::move(start)};
}

CallStatements QueueLog::end(const Line& line, std::string_view ended_by)
{
    auto end = line.about_agent(Type::call_end);
    end.id = bounded(line.call);
    end.ended_by = ended_by;
    end.talk = line.talk();
    if (const auto known = calls_.find(line.key()); known != calls_.end()) {
        known->second.open = false;
        known->second.touched = lines_;
        if (known->second.number > 1) end.id += "#" + std::to_string(known->second.number);
    }
    return {std::move(end)};
}

// A server that was killed leaves calls without an end; none of them outlived it.
CallStatements QueueLog::restart(Timestamp at)
{
    CallStatements ends{{.type = Type::heartbeat, .at = at}};
    for (auto& [key, answers] : calls_) {
        if (!answers.open) continue;
        answers.open = false;
        const auto bar = key.find('|');
        auto id = key.substr(0, bar);
        if (answers.number > 1) id += "#" + std::to_string(answers.number);
        ends.push_back({.type = Type::call_end,
                        .at = at,
                        .agents = asterisk_names(key.substr(bar + 1)),
                        .id = std::move(id),
                        .queue = answers.queue,
                        .ended_by = "server"});
    }
    return ends;
}

// Full: the older half goes. Their ends, should they still come, make calls by their talk time.
void QueueLog::make_room()
{
    if (calls_.size() < kMostCalls) return;
    std::vector<std::uint64_t> touched;
    touched.reserve(calls_.size());
    for (const auto& [key, answers] : calls_) touched.push_back(answers.touched);
    const auto middle = touched.begin() + static_cast<std::ptrdiff_t>(touched.size() / 2);
    std::ranges::nth_element(touched, middle);
    std::erase_if(calls_, [median = *middle](const auto& each) { return each.second.touched <= median; });
}

CallFormat queue_log_format()
{
    return [log = std::make_shared<QueueLog>()](std::string_view line) { return log->read(line); };
}

}  // namespace breakwatch
