// Text with separators, a record at a time (RFC 4180: quoted cells, doubled quotes, CRLF or LF), whatever the
// separator.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

struct CsvRecord {
    std::size_t line = 0;
    std::vector<std::string> cells;
    bool open_quote = false;

    bool blank() const;  // all cells are
};

// Takes one record off the front; a quoted cell may hold separators, quotes and line ends. `line` counts on.
CsvRecord take_csv_record(std::string_view& text, std::size_t& line, char separator);

}  // namespace breakwatch
