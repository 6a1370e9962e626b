#include "feeds/people/calendar_text.hpp"

#include <strings.h>

namespace breakwatch {

namespace {

bool begins(std::string_view line, const char* word)
{
    const std::string_view wanted(word);
    return line.size() >= wanted.size() && ::strncasecmp(line.data(), wanted.data(), wanted.size()) == 0;
}

// Some write a rule as if it were text: FREQ=DAILY\;COUNT=10.
std::string as_rule(std::string_view line)
{
    std::string rule;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool escape = line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == ';' || line[i + 1] == ',');
        if (!escape) rule += line[i];
    }
    return rule;
}

std::string_view without_end(std::string_view line)
{
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    return line;
}

// Up to LF, CRLF or a lone CR.
std::string_view take_line(std::string_view& text)
{
    const auto end = text.find_first_of("\r\n");
    const auto line = text.substr(0, end);
    if (end == std::string_view::npos) {
        text = {};
        return line;
    }
    text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    return line;
}

}  // namespace

std::expected<CalendarText, std::string> calendar_text(std::string_view text)
{
    constexpr int kDeepest = 16;  // libical goes down them by recursion
    if (text.find('\0') != std::string_view::npos) return std::unexpected("holds a zero octet: no text");
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    CalendarText calendar;
    int depth = 0;
    bool ended = false;
    bool begun = false;
    for (std::size_t line_number = 1; !text.empty(); ++line_number) {
        const auto line = take_line(text);
        // An empty line is none in iCalendar; editors and mail leave them.
        if (without_end(line).empty()) continue;
        calendar.text.append(begins(line, "RRULE") || begins(line, "EXRULE") ? as_rule(line) : std::string(line))
            .append("\r\n");
        begun = begun || begins(line, "BEGIN:VCALENDAR");
        ended = begins(line, "END:VCALENDAR");
        if (begins(line, "BEGIN:")) ++depth;
        if (begins(line, "END:")) --depth;
        if (depth > kDeepest)
            return std::unexpected("components are nested too deep at line " + std::to_string(line_number));
        if (begins(line, "BEGIN:VEVENT")) calendar.event_lines.push_back(line_number);
    }
    if (!begun) return std::unexpected("has no BEGIN:VCALENDAR: of events alone nothing tells whether all are there");
    if (!ended) return std::unexpected("END:VCALENDAR is not the last line: only half of the file is there");
    return calendar;
}

}  // namespace breakwatch
