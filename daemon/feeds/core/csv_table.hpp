// A CSV file with a header (RFC 4180: quoted fields, doubled quotes, CRLF or LF), and the places of what
// is wrong with it. Columns are bound by name; a column nobody knows is refused, not skipped.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

// "roster.csv:14: end: found '25:00'; expected ..."
struct RowError {
    std::string file;
    std::size_t line = 0;  // 0: the file as a whole
    std::string column;
    std::string text;
};
using RowErrors = std::vector<RowError>;
std::string to_string(const RowError& error);

class CsvTable {
  public:
    static constexpr std::size_t kLargestFile = 32UL * 1024 * 1024;

    struct Row {
        std::size_t line = 0;
        std::vector<std::string> cells;  // in the order of the columns asked for
    };

    // All `columns` must be there; those in `optional` may be. Cells of absent columns are empty, as are any beyond the
    // last heading. Parted by comma, semicolon or tab, whichever the headings are.
    // The text is UTF-8 (core/text_encoding.hpp); `name` is how errors call it.
    static std::expected<CsvTable, RowErrors> parse(const std::string& name, std::string_view text,
                                                    const std::vector<std::string>& columns,
                                                    const std::vector<std::string>& optional);

    const std::vector<Row>& rows() const { return rows_; }
    const std::string& name() const { return name_; }

  private:
    std::string name_;
    std::vector<Row> rows_;
};

}  // namespace breakwatch
