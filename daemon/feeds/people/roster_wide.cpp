#include "feeds/people/roster_wide.hpp"

#include <map>
#include <optional>
#include <utility>

#include "feeds/core/local_time.hpp"
#include "feeds/people/folded_word.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

struct Span {
    seconds start;
    seconds end;
};

std::optional<seconds> time_of(std::string_view text)
{
    const auto word = folded_word(text);
    // A bare hour: "9-18".
    if (!word.empty() && word.size() <= 2) return parse_table_time(word + ":00");
    return parse_table_time(word);
}

// An end not after the start is on the next day.
std::optional<Span> span_of(std::string_view start, std::string_view end)
{
    const auto from = time_of(start);
    auto to = time_of(end);
    if (!from || !to) return std::nullopt;
    if (*to <= *from) *to += days{1};
    return Span{*from, *to};
}

std::optional<Span> range_in(const std::string& cell)
{
    for (const std::string_view dash : {"～", "〜", "~", "–", "—", "-", "ー", "－"}) {
        const auto folded_dash = folded_word(dash);
        const auto at = cell.find(folded_dash);
        if (at != std::string::npos) return span_of(std::string_view(cell).substr(0, at), std::string_view(cell).substr(at + folded_dash.size()));
    }
    return std::nullopt;
}

class WideReader {
  public:
    WideReader(const std::string& file, const RosterHeading& heading, const RosterSettings& settings, RosterReading& reading)
        : file_(file), heading_(heading), settings_(settings), reading_(reading)
    {
        for (const auto& code : settings.table.shift_codes) {
            if (const auto span = span_of(code.start, code.end)) codes_[folded_word(code.code)] = *span;
        }
    }

    void read(const CsvRecord& record)
    {
        const auto agent = *heading_.agent < record.cells.size() ? record.cells[*heading_.agent] : std::string();
        for (const auto& [column, day] : heading_.days) {
            if (column >= record.cells.size()) continue;
            const auto cell = folded_word(record.cells[column]);
            if (!cell.empty() && !agent.empty()) take(record.line, agent, day, cell);
        }
    }

  private:
    void take(std::size_t line, const std::string& agent, sys_days day, const std::string& cell)
    {
        const auto code = codes_.find(cell);
        const auto span = code != codes_.end() ? std::optional(code->second) : range_in(cell);
        const auto word = span ? std::nullopt : settings_.words.find(cell);
        // A day off gives no shift; the night before it is worked to its end.
        if (word && (!*word || **word == DutyActivity::off)) return;
        if (!span) reading_.note_word(std::string(cut_text(cell, 60)), file_, line);
        const auto zone = settings_.zone;
        const auto from = local_to_utc(day.time_since_epoch() + (span ? span->start : seconds{0}), zone);
        const auto to = local_to_utc(day.time_since_epoch() + (span ? span->end : seconds{days{1}}), zone);
        if (!from || !to) return reading_.refuse({file_, line, "", from ? to.error() : from.error()}, agent, kEarliestDuty, kLatestDuty);
        take_row({agent, {{}, *from, *to, span ? DutyActivity::shift : DutyActivity::unknown, ""}, file_, line}, "end", reading_);
    }

    const std::string& file_;
    const RosterHeading& heading_;
    const RosterSettings& settings_;
    RosterReading& reading_;
    std::map<std::string, Span> codes_;
};

}  // namespace

void read_roster_wide(const std::string& name, const RosterHeading& heading, const std::vector<CsvRecord>& records,
                      const RosterSettings& settings, RosterReading& reading)
{
    WideReader reader(name, heading, settings, reading);
    for (const auto& record : records) reader.read(record);
}

}  // namespace breakwatch
