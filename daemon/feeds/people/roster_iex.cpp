#include "feeds/people/roster_iex.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "feeds/core/local_time.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kFieldsMark = "#fields";

std::string_view without_blank_ends(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> cells_of(std::string_view line)
{
    std::vector<std::string_view> cells;
    while (true) {
        const auto bar = line.find('|');
        cells.push_back(without_blank_ends(line.substr(0, bar)));
        if (bar == std::string_view::npos) return cells;
        line.remove_prefix(bar + 1);
    }
}

bool same_word(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

std::optional<int> number(std::string_view digits)
{
    int value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc{} || at != end || value < 0) return std::nullopt;
    return value;
}

// "mmddyyyy", "yymmdd" and the like, or an ISO date, as the export was set up.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text, std::string_view format)
{
    if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        return parse_date(
            std::string(text.substr(0, 4)) + std::string(text.substr(5, 2)) + std::string(text.substr(8, 2)),
            "yyyymmdd");
    }
    if (text.size() != format.size()) return std::nullopt;
    std::string year;
    std::string month;
    std::string day;
    for (std::size_t i = 0; i < format.size(); ++i)
        (format[i] == 'y' ? year : format[i] == 'm' ? month : day) += text[i];
    const auto y = number(year);
    const auto m = number(month);
    const auto d = number(day);
    if (!y || !m || !d) return std::nullopt;
    const int full = year.size() == 2 ? 2000 + *y : *y;
    if (full < kEarliestYear || full > kLatestYear) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{full}, std::chrono::month{static_cast<unsigned>(*m)},
                                           std::chrono::day{static_cast<unsigned>(*d)}};
    return date.ok() ? std::optional(date) : std::nullopt;
}

// "22:00", "2200", "22:00:00", "10:00 PM": minutes and seconds of the day; 24:00 is its end.
std::optional<std::chrono::seconds> parse_time(std::string_view text)
{
    std::optional<bool> afternoon;
    if (text.size() > 2 &&
        (same_word(text.substr(text.size() - 2), "am") || same_word(text.substr(text.size() - 2), "pm"))) {
        afternoon = same_word(text.substr(text.size() - 2), "pm");
        text = without_blank_ends(text.substr(0, text.size() - 2));
    }
    std::string digits;
    for (const char c : text) {
        if (c != ':') digits += c;
    }
    if (digits.size() % 2 == 1) digits.insert(0, "0");
    if (digits.size() != 4 && digits.size() != 6) return std::nullopt;
    auto hour = number(std::string_view(digits).substr(0, 2));
    const auto minute = number(std::string_view(digits).substr(2, 2));
    const auto second = digits.size() == 6 ? number(std::string_view(digits).substr(4, 2)) : std::optional(0);
    if (!hour || !minute || !second || *hour > 24 || *minute > 59 || *second > 59) return std::nullopt;
    if (afternoon && (*hour < 1 || *hour > 12)) return std::nullopt;
    if (afternoon) hour = *hour % 12 + (*afternoon ? 12 : 0);
    const auto time = std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
    return time > std::chrono::hours{24} ? std::nullopt : std::optional<std::chrono::seconds>(time);
}

// Where in a line each thing stands.
struct Layout {
    std::size_t fields = 0;
    std::size_t agent = 0;
    std::size_t date = 0;
    std::size_t activity = 0;
    std::size_t start = 0;
    std::size_t stop = 0;
    std::optional<std::size_t> zone;
};

class ScheduleReader {
  public:
    ScheduleReader(const std::string& file, const RosterSettings& settings, RosterReading& reading)
        : file_(file), settings_(settings), reading_(reading)
    {
        if (!settings.iex.fields.empty()) lay_out({settings.iex.fields.begin(), settings.iex.fields.end()});
    }

    void read(std::string_view line)
    {
        ++line_;
        line = without_blank_ends(line);
        if (line.starts_with(kFieldsMark)) {
            line.remove_prefix(kFieldsMark.size());
            while (!line.empty() && (line.front() == ':' || line.front() == '|' || line.front() == ' '))
                line.remove_prefix(1);
            return lay_out(cells_of(line));
        }
        if (line.empty() || line.starts_with('#') || failed_) return;
        if (layout_) return read_cells(cells_of(line));
        failed_ = true;
        wrong("", "no #fields line, and roster.iex.fields of the configuration names no columns");
    }

    bool nothing_taken() const { return refused_ > 0 && taken_ == 0; }
    std::size_t refused() const { return refused_; }

  private:
    // The file as a whole.
    void wrong(const std::string& column, const std::string& text)
    {
        reading_.unreadable.push_back({file_, line_, column, text});
    }

    void lay_out(const std::vector<std::string_view>& fields)
    {
        Layout layout;
        layout.fields = fields.size();
        const auto place = [&](const std::string& name) -> std::optional<std::size_t> {
            const auto at =
                std::ranges::find_if(fields, [&](std::string_view field) { return same_word(field, name); });
            return at == fields.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - fields.begin()));
        };
        const auto need = [&](const std::string& name, const char* key, std::size_t& index) {
            if (const auto found = place(name)) {
                index = *found;
                return;
            }
            failed_ = true;
            wrong(name, std::string("the column is missing; name the right one in roster.iex.") + key);
        };
        const auto& iex = settings_.iex;
        need(iex.agent, "agent", layout.agent);
        need(iex.date, "date", layout.date);
        need(iex.activity, "activity", layout.activity);
        need(iex.start, "start", layout.start);
        need(iex.stop, "stop", layout.stop);
        layout.zone = place(iex.zone);
        if (!failed_) layout_ = layout;
    }

    // The row alone: of its person nothing is known that day.
    void refuse(const std::vector<std::string_view>& cells, const std::string& column, const std::string& text)
    {
        ++refused_;
        const auto cell = [&](std::size_t index) { return index < cells.size() ? cells[index] : std::string_view(); };
        const auto date = parse_date(cell(layout_->date), settings_.iex.date_format);
        const auto day = date ? local_to_utc(std::chrono::sys_days{*date}.time_since_epoch(), settings_.zone)
                              : std::unexpected(std::string());
        const auto from = day ? *day : kEarliestDuty;
        const auto to = day ? *day + std::chrono::hours{48} : kLatestDuty;
        reading_.refuse({file_, line_, column, text}, std::string(cell(layout_->agent)), from, to);
    }

    void read_cells(const std::vector<std::string_view>& cells)
    {
        // Each line may end with a separator.
        if (cells.size() != layout_->fields && !(cells.size() == layout_->fields + 1 && cells.back().empty())) {
            return refuse(
                cells, "",
                "has " + std::to_string(cells.size()) + " fields; expected " + std::to_string(layout_->fields));
        }
        const auto& iex = settings_.iex;
        const auto word = cells[layout_->activity];
        const auto activity = settings_.words.find(word);
        if (!activity) reading_.note_word(std::string(cut_text(word, 60)), file_, line_);
        if (activity && !*activity) return;
        const auto date = parse_date(cells[layout_->date], iex.date_format);
        const auto start = parse_time(cells[layout_->start]);
        const auto stop = parse_time(cells[layout_->stop]);
        if (!date)
            return refuse(
                cells, iex.date,
                "found '" + std::string(cut_text(cells[layout_->date], 20)) + "'; expected " + iex.date_format);
        if (!start)
            return refuse(
                cells, iex.start,
                "found '" + std::string(cut_text(cells[layout_->start], 20)) + "'; expected a time such as 22:00");
        if (!stop)
            return refuse(
                cells, iex.stop,
                "found '" + std::string(cut_text(cells[layout_->stop], 20)) + "'; expected a time such as 22:00");
        const std::string zone(layout_->zone && !cells[*layout_->zone].empty() ? cells[*layout_->zone]
                                                                               : std::string_view(settings_.zone));
        const auto day = std::chrono::sys_days{*date}.time_since_epoch();
        const auto from = local_to_utc(day + *start, zone);
        const auto to = local_to_utc(day + *stop + std::chrono::days{*stop <= *start ? 1 : 0}, zone);
        if (!from || !to) return refuse(cells, iex.zone, from ? to.error() : from.error());
        ++taken_;
        take_row({std::string(cells[layout_->agent]),
                  {{}, *from, *to, activity ? **activity : DutyActivity::unknown, ""},
                  file_,
                  line_},
                 iex.stop.c_str(), reading_);
    }

    const std::string& file_;
    const RosterSettings& settings_;
    RosterReading& reading_;
    std::size_t line_ = 0;
    std::size_t taken_ = 0;
    std::size_t refused_ = 0;
    std::optional<Layout> layout_;
    bool failed_ = false;
};

}  // namespace

void read_roster_iex(const std::string& name, std::string_view text, const RosterSettings& settings,
                     RosterReading& reading)
{
    ScheduleReader reader(name, settings, reading);
    // The format ends each line; without the last end the file is still being written.
    if (!text.empty() && !text.ends_with('\n')) {
        reading.unreadable.push_back({name, 0, "", "the last line has no end: only half of the file is there"});
        return;
    }
    while (!text.empty()) {
        const auto end = text.find('\n');
        reader.read(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (reader.nothing_taken()) reading.refuse_file(name, reader.refused());
}

}  // namespace breakwatch
