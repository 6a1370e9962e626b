// iCalendar text before libical has it: line ends mended, what would hurt the library refused.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

struct CalendarText {
    std::string text;
    std::vector<std::size_t> event_lines;  // of each BEGIN:VEVENT, in the file as it was
};

// Refused: half a file, zero octets, components nested deeper than any calendar's.
std::expected<CalendarText, std::string> calendar_text(std::string_view text);

}  // namespace breakwatch
