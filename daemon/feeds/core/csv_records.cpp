#include "feeds/core/csv_records.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

bool CsvRecord::blank() const
{
    return std::ranges::all_of(
        cells, [](const std::string& cell) { return cell.find_first_not_of(" \t\r\n") == std::string::npos; });
}

CsvRecord take_csv_record(std::string_view& text, std::size_t& line, char separator)
{
    CsvRecord record;
    record.line = line;
    std::string cell;
    bool quoted = false;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (text.starts_with('"')) {
                cell += '"';
                text.remove_prefix(1);
            } else {
                quoted = false;
            }
        } else if (c == '"' && cell.empty()) {
            quoted = true;
        } else if (c == separator) {
            record.cells.push_back(std::exchange(cell, {}));
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            cell += c;
        }
    }
    record.open_quote = quoted;
    record.cells.push_back(std::move(cell));
    return record;
}

}  // namespace breakwatch
