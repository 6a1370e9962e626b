#include "feeds/people/roster_heading.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/roster_presets.hpp"
#include "feeds/core/csv_records.hpp"
#include "feeds/core/digits.hpp"
#include "feeds/people/folded_word.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

constexpr int kRowsSearched = 30;
constexpr const char* kSeparators = ",;\t|";
constexpr std::size_t kFewestDays = 2;
// For a heading of the person: the file's name is the person.
constexpr std::string_view kFileName = "<file>";

std::vector<std::string> folded(const CsvRecord& record)
{
    std::vector<std::string> cells;
    for (const auto& cell : record.cells) cells.push_back(folded_word(cell));
    return cells;
}

RosterHeading::Column column_of(const std::vector<std::string>& cells, const RosterColumns::Names& names)
{
    for (const auto& name : names) {
        const auto at = std::ranges::find(cells, folded_word(name));
        if (at != cells.end()) return static_cast<std::size_t>(at - cells.begin());
    }
    return std::nullopt;
}

RosterHeading bound_by(const std::vector<std::string>& cells, const RosterColumns& names)
{
    RosterHeading heading;
    heading.agent = column_of(cells, names.agent);
    heading.start = column_of(cells, names.start);
    heading.end = column_of(cells, names.end);
    heading.date = column_of(cells, names.date);
    heading.end_date = column_of(cells, names.end_date);
    heading.start_time = column_of(cells, names.start_time);
    heading.end_time = column_of(cells, names.end_time);
    heading.duration = column_of(cells, names.duration);
    heading.activity = column_of(cells, names.activity);
    heading.time_zone = column_of(cells, names.time_zone);
    heading.site = column_of(cells, names.site);
    heading.shift = column_of(cells, names.shift);
    heading.agent_is_file = !heading.agent && std::ranges::find(names.agent, kFileName) != names.agent.end();
    if (heading.agent) heading.agent_word = cells[*heading.agent];
    heading.inner_activity = column_of(cells, names.inner_activity);
    heading.inner_start = column_of(cells, names.inner_start);
    heading.inner_end = column_of(cells, names.inner_end);
    return heading;
}

// "2026-11", "202611", "2026年11月" in a file's name or a title: which month a table of bare days is of.
std::optional<year_month> month_named_in(std::string_view text)
{
    for (std::size_t at = 0; at + 6 <= text.size(); ++at) {
        if (text.substr(at, 2) != "20" || (at > 0 && is_digit(text[at - 1])) || !is_digit(text[at + 2]) ||
            !is_digit(text[at + 3]))
            continue;
        auto rest = text.substr(at + 4);
        for (const std::string_view between : {"年", "-", "/", ".", "_", " "}) {
            if (rest.starts_with(between)) rest.remove_prefix(between.size());
        }
        int m = 0;
        std::size_t digits = 0;
        for (; digits < rest.size() && digits < 2 && is_digit(rest[digits]); ++digits)
            m = m * 10 + (rest[digits] - '0');
        if (digits > 0 && m >= 1 && m <= 12) {
            return year{(text[at + 2] - '0') * 10 + (text[at + 3] - '0') + 2000} / month{static_cast<unsigned>(m)};
        }
    }
    return std::nullopt;
}

// "24", "24日", "24 (火)", "Tue 24" of a known month.
std::optional<sys_days> bare_day(std::string_view cell, const std::optional<year_month>& in)
{
    std::string digits;
    std::string_view rest = cell;
    for (const char c : rest) {
        if (is_digit(c)) digits += c;
    }
    if (!in || digits.empty() || digits.size() > 2 || cell.size() > 16) return std::nullopt;
    const auto date = *in / day{static_cast<unsigned>(std::stoi(digits))};
    return date.ok() ? std::optional(sys_days{date}) : std::nullopt;
}

// The year that brings a day without one nearest.
std::optional<sys_days> nearest_year(std::string_view cell, DateOrder order, sys_days near)
{
    const auto now = year_month_day{near}.year();
    std::optional<sys_days> best;
    for (const int delta : {-1, 0, 1}) {
        const auto at = parse_table_day(cell, order, now + years{delta});
        if (at && (!best || abs(*at - near) < abs(*best - near))) best = at;
    }
    return best;
}

std::vector<RosterHeading::DayColumn> days_read_as(const std::vector<std::string>& cells, DateOrder order,
                                                   const std::optional<year_month>& in, sys_days near)
{
    std::vector<RosterHeading::DayColumn> days;
    // A title's or the file name's year counts, not today's.
    const auto about = in ? sys_days{*in / day{15}} : near;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto day = parse_table_day(cells[i], order);
        if (!day) day = nearest_year(cells[i], order, about);
        if (!day) day = bare_day(cells[i], in);
        if (day) days.push_back({i, *day});
    }
    return days;
}

// Of 01/06, 02/06, ... neither cell tells which is the month, but days that follow each other do.
std::vector<RosterHeading::DayColumn> day_columns(const std::vector<std::string>& cells, DateOrder order,
                                                  const std::optional<year_month>& in, sys_days near)
{
    const auto weight = [](const std::vector<RosterHeading::DayColumn>& all) {
        std::ptrdiff_t steps = 0;
        for (std::size_t i = 1; i < all.size(); ++i)
            steps += all[i].day - all[i - 1].day == std::chrono::days{1} ? 1 : 0;
        return std::pair(steps, std::ssize(all));
    };
    auto best = days_read_as(cells, order, in, near);
    if (order != DateOrder::unknown) return best;
    for (const auto read_as : {DateOrder::month_first, DateOrder::day_first}) {
        auto other = days_read_as(cells, read_as, in, near);
        if (weight(other) > weight(best) && weight(other).first > 0) best = std::move(other);
    }
    return best;
}

bool complete(const RosterHeading& heading)
{
    const bool start = heading.start || (heading.date && heading.start_time);
    const bool end = heading.end || heading.end_time || heading.duration;
    if (heading.agent_is_file && start && end) return true;
    return heading.agent && ((start && end) || (heading.date && heading.shift) || heading.days.size() >= kFewestDays);
}

std::string_view shown(char separator)
{
    return separator == '\t' ? "tab" : separator == ';' ? "semicolon" : separator == '|' ? "pipe" : "comma";
}

std::string list(const RosterColumns::Names& names)
{
    std::string all;
    for (const auto& name : names) {
        if (all.size() > 80) return all + " ...";
        all += (all.empty() ? "" : " or ") + name;
    }
    return all;
}

// Nothing fitted: what the first row has, by the separator that parts it most.
std::string nothing_found(std::string_view text, const RosterTable& table)
{
    const std::string separators = table.separator.empty() ? kSeparators : table.separator;
    CsvRecord best;
    char by = separators.front();
    for (const char separator : separators) {
        auto rest = text;
        std::size_t line = 1;
        auto record = take_csv_record(rest, line, separator);
        while (record.blank() && !rest.empty()) record = take_csv_record(rest, line, separator);
        if (record.cells.size() > best.cells.size()) {
            best = std::move(record);
            by = separator;
        }
    }
    // Without headings the first row is somebody's: it is counted, not shown.
    const bool headings = std::ranges::none_of(
        best.cells, [](const std::string& cell) { return cell.find_first_of("0123456789@") != std::string::npos; });
    std::string cells = headings ? "" : std::to_string(best.cells.size()) + " cells that look like no headings";
    for (const auto& cell : best.cells) {
        if (!headings || cells.size() > 160) break;
        cells += (cells.empty() ? "" : ", ") + std::string(cut_text(cell, 30));
    }
    const auto heading = bound_by(folded(best), table.columns);
    const auto& names = table.columns;
    std::string missing = !heading.agent                          ? "the person (" + list(names.agent) + ")"
                          : !heading.start && !heading.start_time ? "the start (" + list(names.start) + ")"
                          : !heading.start && !heading.date       ? "the date"
                                                                  : "the end (" + list(names.end) + ")";
    return "no row of headings is found: no column for " + missing + "; parted by " + std::string(shown(by)) +
           " the first row has: " + cells + ". Name the columns in roster.columns, or a roster.preset";
}

}  // namespace

std::vector<RosterHeading::DayColumn> days_of_row(const CsvRecord& record, const RosterTable& table,
                                                  std::optional<year_month>& month, sys_days near)
{
    const auto cells = folded(record);
    auto days = day_columns(cells, date_order_of(table.date_format), month, near);
    if (days.size() >= kFewestDays) return days;
    for (const auto& cell : cells) {
        if (const auto named = month_named_in(cell)) month = named;
    }
    return {};
}

namespace {

std::optional<RosterHeading> search_heading(const std::string& file, std::string_view text, const RosterTable& table,
                                            sys_days near)
{
    std::string separators = table.separator.empty() ? kSeparators : table.separator;
    std::size_t first_line = 1;
    // Excel's own word for it.
    if (text.starts_with("sep=") && text.size() > 5) {
        if (table.separator.empty()) separators = text.substr(4, 1);
        (void)take_csv_record(text, first_line, text[4]);
    }
    const auto order = date_order_of(table.date_format);
    for (const char separator : separators) {
        auto rest = text;
        auto line = first_line;
        auto month = month_named_in(std::filesystem::path(file).stem().string());
        for (int i = 0; i < kRowsSearched && !rest.empty(); ++i) {
            const auto record = take_csv_record(rest, line, separator);
            const auto cells = folded(record);
            auto heading = bound_by(cells, table.columns);
            if (heading.agent && !heading.start && !heading.start_time)
                heading.days = day_columns(cells, order, month, near);
            if (complete(heading)) {
                heading.separator = separator;
                heading.line = record.line;
                heading.cells = record.cells.size();
                heading.rows = rest;
                heading.next_line = line;
                heading.month = month;
                return heading;
            }
            for (const auto& cell : cells) {
                if (const auto named = month_named_in(cell)) month = named;
            }
        }
    }
    return std::nullopt;
}

// "; the headings on line 2 are those of roster.preset excel-ja"
std::string fitting_preset(const std::string& file, std::string_view text, sys_days near)
{
    for (const auto& [name, table] : roster_preset_tables()) {
        if (const auto heading = search_heading(file, text, table, near))
            return "; the headings on line " + std::to_string(heading->line) +
                   " look like those of roster.preset: " + name;
    }
    return "";
}

}  // namespace

std::expected<RosterHeading, std::string> find_heading(const std::string& file, std::string_view text,
                                                       const RosterTable& table, sys_days near)
{
    if (auto heading = search_heading(file, text, table, near)) return std::move(*heading);
    if (const auto fitting = fitting_preset(file, text, near); !fitting.empty())
        return std::unexpected("no row of headings is found by what is configured" + fitting);
    return std::unexpected(nothing_found(text, table));
}

}  // namespace breakwatch
