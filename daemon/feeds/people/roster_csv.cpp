#include "feeds/people/roster_csv.hpp"

#include <algorithm>
#include <filesystem>

#include "feeds/core/csv_records.hpp"
#include "feeds/core/local_time.hpp"
#include "feeds/people/folded_word.hpp"
#include "feeds/people/roster_heading.hpp"
#include "feeds/people/roster_wide.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

template <typename Value>
using RowResult = std::expected<Value, RowError>;

class TableReader {
  public:
    TableReader(const std::string& file, const RosterHeading& heading, DateOrder order, const RosterSettings& settings,
                RosterReading& reading)
        : file_(file), heading_(heading), order_(order), settings_(settings), reading_(reading)
    {}

    void read(const CsvRecord& record)
    {
        record_ = &record;
        if (is_heading_again()) return;
        ++rows_;
        if (record.open_quote)
            return refuse({file_, record.line, "", "a quote is opened and never closed"}, kEarliestDuty, kLatestDuty);
        const auto beyond = std::min(record.cells.size(), heading_.cells);
        if (std::any_of(record.cells.begin() + static_cast<std::ptrdiff_t>(beyond), record.cells.end(),
                        [](const std::string& cell) { return !cell.empty(); })) {
            return refuse({file_, record.line, "",
                           "has " + std::to_string(record.cells.size()) + " cells; the headings are " +
                               std::to_string(heading_.cells)},
                          kEarliestDuty, kLatestDuty);
        }
        read_stretch({heading_.activity, heading_.start, heading_.end}, true);
        if (!cell(heading_.inner_start).empty())
            read_stretch({heading_.inner_activity, heading_.inner_start, heading_.inner_end}, false);
    }

    std::size_t rows() const { return rows_; }
    bool nothing_taken() const { return rows_ > 0 && taken_ == 0; }

  private:
    struct Columns {
        RosterHeading::Column activity, start, end;
    };
    // A cell's moment, or the time of a day that another cell tells.
    struct Told {
        TableMoment moment;
        bool time_alone = false;
    };

    std::string cell(const RosterHeading::Column& column) const
    {
        if (!column || *column >= record_->cells.size()) return {};
        const auto& text = record_->cells[*column];
        const auto first = text.find_first_not_of(" \t\r\n");
        return first == std::string::npos ? std::string()
                                          : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    }

    // Exports put together of pages have their headings over and over.
    bool is_heading_again() const { return heading_.agent && folded_word(cell(heading_.agent)) == heading_.agent_word; }

    std::string agent() const
    {
        return heading_.agent_is_file ? std::filesystem::path(file_).stem().string() : cell(heading_.agent);
    }

    void refuse(RowError error, Timestamp from, Timestamp to) { reading_.refuse(std::move(error), agent(), from, to); }

    std::string zone() const
    {
        auto told = cell(heading_.time_zone);
        return told.empty() ? settings_.zone : told;
    }

    RowError wrong(const char* column, std::string text) const
    {
        return {file_, record_->line, column, std::move(text)};
    }

    RowResult<Told> told(const char* name, const RosterHeading::Column& whole, const RosterHeading::Column& time,
                         const RosterHeading::Column& date) const
    {
        const auto text = cell(whole).empty() ? cell(time) : cell(whole);
        if (text.empty()) return std::unexpected(wrong(name, "is empty"));
        if (const auto moment = parse_table_moment(text, order_)) return Told{*moment, false};
        const auto clock = time_or_hour(text);
        const auto day_text = cell(date);
        const auto day = parse_table_day(day_text, order_);
        if (clock && day) return Told{{{}, sys_seconds{*day} + *clock}, true};
        if (clock && !day_text.empty()) {
            return std::unexpected(wrong("date", "found '" + std::string(cut_text(day_text, 40)) +
                                                     "'; expected a date such as 2026-11-24" + ambiguous(day_text)));
        }
        return std::unexpected(
            wrong(name, "found '" + std::string(cut_text(text, 40)) +
                            "'; expected 2026-11-24T06:00:00 (local) or 2026-11-23T21:00:00Z, or as Excel writes it" +
                            ambiguous(text)));
    }

    // 11/12/2026 may be of November or December.
    std::string ambiguous(const std::string& text) const
    {
        const bool numbers = std::ranges::count(text, '/') == 2 || std::ranges::count(text, '-') == 2;
        return order_ == DateOrder::unknown && numbers
                   ? "; is the day or the month first? Say it in roster.date_format (dd/mm/yyyy, mm/dd/yyyy)"
                   : "";
    }

    RowResult<Timestamp> utc_of(const TableMoment& told) const
    {
        if (told.moment) return *told.moment;
        const auto at = local_to_utc(told.local.time_since_epoch(), zone());
        return at ? RowResult<Timestamp>(*at) : std::unexpected(wrong("tz", at.error()));
    }

    RowResult<Timestamp> end_of(const Columns& columns, bool outer, const Told& start, Timestamp start_utc) const
    {
        const bool by_length =
            outer && heading_.duration && cell(heading_.end).empty() && cell(heading_.end_time).empty();
        if (by_length) {
            const auto text = cell(heading_.duration);
            const auto length = parse_table_duration(text);
            if (!length)
                return std::unexpected(wrong(
                    "duration", "found '" + std::string(cut_text(text, 40)) + "'; expected 8:30, hours or minutes"));
            return start_utc + *length;
        }
        const auto& date = cell(heading_.end_date).empty() ? heading_.date : heading_.end_date;
        auto end = told("end", columns.end, outer ? heading_.end_time : std::nullopt, date);
        // A time alone is of the start's day, where no column tells it.
        if (!end && !start.moment.moment) {
            if (const auto clock = time_or_hour(cell(columns.end)))
                end = Told{{{}, floor<days>(start.moment.local) + *clock}, true};
        }
        if (!end) return std::unexpected(end.error());
        const bool next_day = end->time_alone && cell(heading_.end_date).empty() && !start.moment.moment &&
                              end->moment.local <= start.moment.local;
        if (next_day) end->moment.local += days{1};
        return utc_of(end->moment);
    }

    void read_stretch(const Columns& columns, bool outer)
    {
        const auto word = cell(columns.activity);
        const auto activity =
            word.empty() ? std::optional(std::optional(DutyActivity::shift)) : settings_.words.find(word);
        if (activity && !*activity) return void(++taken_);
        const bool no_times = outer && cell(heading_.start).empty() && cell(heading_.start_time).empty() &&
                              cell(heading_.end).empty() && cell(heading_.end_time).empty();
        // A day off without times takes nothing away that another row does not give.
        if (no_times && activity && **activity == DutyActivity::off) return void(++taken_);
        const auto start = told("start", columns.start, outer ? heading_.start_time : std::nullopt, heading_.date);
        const auto from = start ? utc_of(start->moment) : std::unexpected(start.error());
        const auto to = from ? end_of(columns, outer, *start, *from) : std::unexpected(from.error());
        if (!to) return refuse_stretch(to.error(), from, columns);
        if (agent().empty()) return refuse(wrong("agent", "is empty: whose row is it?"), *from, *to);
        ++taken_;
        if (!activity) reading_.note_word(std::string(cut_text(word, 60)), file_, record_->line);
        take_row({agent(),
                  {{}, *from, *to, activity ? **activity : DutyActivity::unknown, cell(heading_.site)},
                  file_,
                  record_->line},
                 "end", reading_);
    }

    void refuse_stretch(const RowError& error, const RowResult<Timestamp>& start, const Columns& columns)
    {
        constexpr hours kUnknown{24};
        if (start) return refuse(error, *start, *start + kUnknown);
        const auto end = parse_table_moment(cell(columns.end), order_);
        const auto day = parse_table_day(cell(heading_.date), order_);
        const auto at = end ? utc_of(*end) : day ? utc_of({{}, sys_seconds{*day} + kUnknown}) : std::unexpected(error);
        refuse(error, at ? *at - kUnknown : kEarliestDuty, at ? *at : kLatestDuty);
    }

    const std::string& file_;
    const RosterHeading& heading_;
    DateOrder order_;
    const RosterSettings& settings_;
    RosterReading& reading_;
    const CsvRecord* record_ = nullptr;
    std::size_t rows_ = 0;
    std::size_t taken_ = 0;
};

// Whether day or month comes first, as the dates of the file tell it: one day beyond 12 is enough.
DateOrder order_of(const std::vector<CsvRecord>& records, const RosterHeading& heading, const RosterTable& table)
{
    if (!table.date_format.empty()) return date_order_of(table.date_format);
    auto order = DateOrder::unknown;
    for (const auto& record : records) {
        for (const auto& column : {heading.date, heading.start, heading.end, heading.end_date}) {
            if (!column || *column >= record.cells.size()) continue;
            const auto told = order_told_by(record.cells[*column]);
            if (told == DateOrder::unknown) continue;
            // Both in one file: nothing is sure.
            if (order != DateOrder::unknown && order != told) return DateOrder::unknown;
            order = told;
        }
    }
    return order;
}

}  // namespace

void read_roster_csv(const std::string& name, std::string_view text, const RosterSettings& settings, Timestamp about,
                     RosterReading& reading)
{
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.find('\0') != std::string_view::npos)
        return reading.unreadable.push_back({name, 0, "", "holds a zero octet: no text"});
    const auto heading =
        find_heading(name, text, settings.table, floor<days>(sys_time<nanoseconds>{about.time_since_epoch()}));
    if (!heading) return reading.unreadable.push_back({name, 1, "", heading.error()});
    std::vector<CsvRecord> records;
    auto rest = heading->rows;
    auto line = heading->next_line;
    while (!rest.empty()) {
        auto record = take_csv_record(rest, line, heading->separator);
        if (!record.blank()) records.push_back(std::move(record));
        if (records.size() > kMostRosterRows)
            return reading.unreadable.push_back({name, line, "", "has more than 1,000,000 rows"});
    }
    const auto order = order_of(records, *heading, settings.table);
    const auto near = floor<days>(sys_time<nanoseconds>{about.time_since_epoch()});
    // A start alone makes no stretch of time, a code does.
    const bool by_shift = heading->date && heading->shift && !heading->end && !heading->end_time && !heading->duration;
    if (by_shift || (!heading->start && !heading->start_time))
        return read_roster_wide(name, *heading, records, {settings, order, near}, reading);
    TableReader reader(name, *heading, order, settings, reading);
    for (const auto& record : records) reader.read(record);
    if (reader.nothing_taken()) reading.refuse_file(name, reader.rows());
}

}  // namespace breakwatch
