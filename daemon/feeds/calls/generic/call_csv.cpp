#include "feeds/calls/generic/call_csv.hpp"

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "feeds/core/csv_table.hpp"
#include "feeds/core/local_time.hpp"

namespace breakwatch {

namespace {

using Type = CallStatement::Type;

const std::vector<std::string> kRequired{"agent", "ended_at"};
const std::vector<std::string> kOptional{"answered_at", "talk_s",  "queue",  "ended_by",
                                         "id",          "channel", "hold_s", "acw_s"};
enum Column : std::size_t { kAgent, kEnded, kAnswered, kTalk, kQueue, kEndedBy, kId, kChannel, kHold, kWrapUp };

std::expected<CsvTable, std::string> parse(const std::string& text)
{
    auto table = CsvTable::parse("", text, kRequired, kOptional);
    if (table) return std::move(*table);
    const auto& first = table.error().front();
    return std::unexpected((first.column.empty() ? "" : first.column + ": ") + first.text);
}

std::expected<std::optional<Duration>, std::string> seconds_of(const std::string& cell, const std::string& column)
{
    if (cell.empty()) return std::nullopt;
    std::uint32_t seconds = 0;
    const auto* const end = cell.data() + cell.size();
    const auto [at, error] = std::from_chars(cell.data(), end, seconds);
    if (error != std::errc{} || at != end || seconds > 86'400) {
        return std::unexpected(column + ": expected whole seconds from 0 to 86400");
    }
    return std::chrono::seconds{seconds};
}

// "2026-11-23 09:14:05", as spreadsheets write it, is taken too.
std::expected<Timestamp, std::string> moment_of(std::string cell, const std::string& zone)
{
    if (cell.size() > 10 && cell[10] == ' ') cell[10] = 'T';
    return parse_moment(cell, zone);
}

}  // namespace

std::expected<CallStatements, std::string> CallCsv::read(std::string_view line)
{
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string text(line);
    if (parse(text + "\n")) {  // nothing but column names that are known
        header_ = std::move(text);
        return CallStatements{};
    }
    if (header_.empty()) {
        return std::unexpected(
            "expected a first line with the columns agent, ended_at and of answered_at, "
            "talk_s, queue, ended_by, id, channel, hold_s, acw_s; no others, and no customer data");
    }
    const auto table = parse(header_ + "\n" + text + "\n");
    if (!table) return std::unexpected(table.error());
    if (table->rows().size() != 1) return std::unexpected("expected one row on a line");
    const auto& cells = table->rows().front().cells;
    for (const auto& cell : cells) {
        if (cell.size() > kLongestCallText) return std::unexpected("a field longer than 200 characters");
    }
    if (cells[kAgent].empty()) return std::unexpected("agent: missing");
    const auto ended = moment_of(cells[kEnded], zone_);
    if (!ended) return std::unexpected("ended_at: expected a time such as 2026-11-23T09:14:05+09:00");
    const auto talk = seconds_of(cells[kTalk], "talk_s");
    const auto hold = seconds_of(cells[kHold], "hold_s");
    const auto wrap_up = seconds_of(cells[kWrapUp], "acw_s");
    for (const auto* each : {&talk, &hold, &wrap_up}) {
        if (!*each) return std::unexpected(each->error());
    }
    const auto channel = cells[kChannel].empty() ? Channel::voice : channel_of(cells[kChannel]);
    if (!channel) return std::unexpected("channel: expected voice, chat, email or task");
    const auto id = cells[kId].empty() ? cells[kAgent] + "@" + cells[kEnded] : cells[kId];

    CallStatements statements;
    if (!cells[kAnswered].empty()) {
        const auto answered = moment_of(cells[kAnswered], zone_);
        if (!answered || *answered > *ended) {
            return std::unexpected("answered_at: expected a time before ended_at");
        }
        statements.push_back({.type = Type::call_start,
                              .at = *answered,
                              .agents = {cells[kAgent]},
                              .id = id,
                              .queue = cells[kQueue],
                              .channel = *channel});
    }
    statements.push_back({.type = Type::call_end,
                          .at = *ended,
                          .agents = {cells[kAgent]},
                          .id = id,
                          .queue = cells[kQueue],
                          .ended_by = cells[kEndedBy],
                          .talk = *talk,
                          .channel = *channel,
                          .hold = *hold,
                          .wrap_up = *wrap_up});
    return statements;
}

CallFormat csv_call_format(const std::string& zone)
{
    return [csv = std::make_shared<CallCsv>(zone)](std::string_view line) { return csv->read(line); };
}

}  // namespace breakwatch
