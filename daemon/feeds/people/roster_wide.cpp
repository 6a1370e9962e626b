#include "feeds/people/roster_wide.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "feeds/core/local_time.hpp"
#include "feeds/people/folded_word.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

struct DaySpan {
    seconds start;
    seconds end;
};

// An end not after the start is on the next day.
std::optional<DaySpan> span_of(std::string_view start, std::string_view end)
{
    const auto from = time_or_hour(start);
    auto to = time_or_hour(end);
    if (!from || !to) return std::nullopt;
    if (*to <= *from) *to += days{1};
    return DaySpan{*from, *to};
}

std::optional<DaySpan> range_in(const std::string& cell)
{
    for (const std::string_view dash : {"～", "〜", "~", "–", "—", "-", "ー", "－"}) {
        const auto folded_dash = folded_word(dash);
        const auto at = cell.find(folded_dash);
        if (at != std::string::npos)
            return span_of(std::string_view(cell).substr(0, at),
                           std::string_view(cell).substr(at + folded_dash.size()));
    }
    return std::nullopt;
}

// "Morning (6AM-2PM)"
std::string in_brackets(const std::string& cell)
{
    const auto open = cell.find('(');
    const auto close = cell.find(')', open);
    return open == std::string::npos || close == std::string::npos ? std::string()
                                                                   : cell.substr(open + 1, close - open - 1);
}

class WideReader {
  public:
    WideReader(const std::string& file, const RosterHeading& heading, const WideContext& context,
               RosterReading& reading)
        : file_(file),
          heading_(heading),
          context_(context),
          settings_(context.settings),
          reading_(reading),
          days_(heading.days),
          month_(heading.month)
    {
        for (const auto& code : settings_.table.shift_codes) {
            if (const auto span = span_of(code.start, code.end)) codes_[folded_word(code.code)] = *span;
        }
    }

    void read(const CsvRecord& record)
    {
        const auto agent = cell_of(record, heading_.agent);
        if (heading_.days.empty()) return read_dated(record, agent);
        // Weeks or teams one under the other, each with its own headings or a title that tells the month.
        const bool heading_again = folded_word(agent) == heading_.agent_word;
        const bool title =
            std::ranges::count_if(record.cells, [](const std::string& cell) { return !cell.empty(); }) == 1;
        if (heading_again || title || agent.empty()) {
            auto days = days_of_row(record, settings_.table, month_, context_.near);
            if (heading_again) days_ = std::move(days);
            if (heading_again && days_.empty())
                return reading_.refuse({file_, record.line, "", "headings come again, and their days cannot be read"});
            return;
        }
        for (const auto& [column, day] : days_) {
            if (column >= record.cells.size()) continue;
            const auto cell = folded_word(record.cells[column]);
            if (!cell.empty()) take(record.line, agent, day, cell);
        }
    }

    std::size_t rows() const { return rows_; }
    bool nothing_taken() const { return rows_ > 0 && rows_ == bad_; }

  private:
    static std::string cell_of(const CsvRecord& record, const RosterHeading::Column& column)
    {
        return column && *column < record.cells.size() ? record.cells[*column] : std::string();
    }

    // A row a day: whose, when, and the shift.
    void read_dated(const CsvRecord& record, const std::string& agent)
    {
        const auto cell = folded_word(cell_of(record, heading_.shift));
        if (agent.empty() || cell.empty() || folded_word(agent) == heading_.agent_word) return;
        ++rows_;
        const auto date = cell_of(record, heading_.date);
        if (const auto day = parse_table_day(date, context_.order)) return take(record.line, agent, *day, cell);
        ++bad_;
        reading_.refuse({file_, record.line, "date",
                         "found '" + std::string(cut_text(date, 40)) + "'; expected a date such as 2026-11-24"},
                        agent, kEarliestDuty, kLatestDuty);
    }

    void take(std::size_t line, const std::string& agent, sys_days day, const std::string& cell)
    {
        const auto code = codes_.find(cell);
        auto span = code != codes_.end() ? std::optional(code->second) : range_in(cell);
        if (!span) span = range_in(in_brackets(cell));
        const auto word = span ? std::nullopt : settings_.words.find(cell);
        // A day off gives no shift; the night before it is worked to its end.
        if (word && (!*word || **word == DutyActivity::off)) return;
        if (!span) reading_.note_word(std::string(cut_text(cell, 60)), file_, line);
        const auto zone = settings_.zone;
        const auto from = local_to_utc(day.time_since_epoch() + (span ? span->start : seconds{0}), zone);
        const auto to = local_to_utc(day.time_since_epoch() + (span ? span->end : seconds{days{1}}), zone);
        if (!from || !to)
            return reading_.refuse({file_, line, "", from ? to.error() : from.error()}, agent, kEarliestDuty,
                                   kLatestDuty);
        take_row({agent, {{}, *from, *to, span ? DutyActivity::shift : DutyActivity::unknown, ""}, file_, line}, "end",
                 reading_);
    }

    const std::string& file_;
    const RosterHeading& heading_;
    const WideContext& context_;
    const RosterSettings& settings_;
    RosterReading& reading_;
    std::vector<RosterHeading::DayColumn> days_;
    std::optional<year_month> month_;
    std::map<std::string, DaySpan> codes_;
    std::size_t rows_ = 0;  // of a row a day
    std::size_t bad_ = 0;
};

}  // namespace

void read_roster_wide(const std::string& name, const RosterHeading& heading, const std::vector<CsvRecord>& records,
                      const WideContext& context, RosterReading& reading)
{
    WideReader reader(name, heading, context, reading);
    for (const auto& record : records) reader.read(record);
    if (reader.nothing_taken()) reading.refuse_file(name, reader.rows());
}

}  // namespace breakwatch
