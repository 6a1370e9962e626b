// Text for people, whoever wrote it: feeds and captures bring strings that a terminal or a page must
// not obey. Also widths, so that columns stand straight under Japanese text.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

// Well-formed UTF-8 on one line: control characters and line ends become spaces; bidirectional
// overrides, non-characters and broken octets become U+FFFD.
std::string printable(std::string_view text);
// Columns on a terminal: 2 for East Asian wide characters, 0 for combining marks. Of printable text.
std::size_t columns(std::string_view text);
// Cut to `most` columns, with an ellipsis.
std::string shortened(std::string_view text, std::size_t most);

// Lines of at most `width` columns; each begins with `indent` spaces, the first with `mark` inside them.
std::string paragraph(std::string_view text, std::size_t indent, std::string_view mark, std::size_t width);

// Rows under a heading; columns as wide as their widest cell, cells made printable.
class TextTable {
  public:
    explicit TextTable(std::vector<std::string> heading) : rows_{std::move(heading)} {}
    void add(std::vector<std::string> row);
    // With a line of its own under it, across the columns.
    void add(std::vector<std::string> row, const std::string& under);
    // Each row ends with a line end; the last column is not padded.
    std::string render() const;

  private:
    std::vector<std::vector<std::string>> rows_;
    std::map<std::size_t, std::string> under_;  // by row
};

}  // namespace breakwatch
