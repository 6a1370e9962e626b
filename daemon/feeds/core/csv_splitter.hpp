// Rows of a table out of a byte stream cut anywhere: a line end within quotes is no end of a row (csv_records.hpp reads
// the row). A row over the limit is kept up to it and marked, and ends with its line, so that a quote that nobody
// closes costs what it holds up to the limit and no more: memory stays bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace breakwatch {

class CsvSplitter {
  public:
    // `line`: on which it begins, from 1. The view is valid during the call.
    using Take = std::function<void(std::string_view row, std::uint64_t line, bool too_long)>;

    explicit CsvSplitter(std::size_t longest) : longest_(longest) {}

    // Before it is known, any of comma, semicolon and tab may part cells.
    void separate_by(char separator) { separator_ = separator; }

    void feed(std::string_view bytes, const Take& take)
    {
        for (const char c : bytes) {
            if (c != '\n' || (quoted_ && !too_long_)) {
                step(c);
            } else {
                end(take);
            }
        }
    }
    // The last row needs no end.
    void finish(const Take& take)
    {
        if (pending()) end(take);
    }
    bool pending() const { return !begun_.empty() || too_long_; }
    // What follows is another file.
    void reset()
    {
        clear();
        line_ = begun_line_ = 1;
        separator_ = '\0';
    }

  private:
    void step(char c)
    {
        if (c == '\n') ++line_;
        if (quoted_) {
            quoted_ = c != '"';
            doubled_ = !quoted_;
        } else if (c == '"' && (at_cell_start_ || doubled_)) {
            quoted_ = true;
            at_cell_start_ = doubled_ = false;
        } else {
            doubled_ = false;
            at_cell_start_ = parts_cells(c) || (at_cell_start_ && c == '\r');
        }
        if (begun_.size() < longest_) {
            begun_ += c;
        } else {
            too_long_ = true;
        }
    }
    bool parts_cells(char c) const { return separator_ == '\0' ? c == ',' || c == ';' || c == '\t' : c == separator_; }
    void end(const Take& take)
    {
        std::string_view row = begun_;
        if (row.ends_with('\r')) row.remove_suffix(1);
        take(row, begun_line_, too_long_);
        clear();
        begun_line_ = ++line_;
    }
    void clear()
    {
        begun_.clear();
        too_long_ = quoted_ = doubled_ = false;
        at_cell_start_ = true;
    }

    std::size_t longest_;
    std::string begun_;
    std::uint64_t line_ = 1;
    std::uint64_t begun_line_ = 1;
    char separator_ = '\0';
    bool too_long_ = false;
    bool quoted_ = false;
    bool doubled_ = false;  // the octet before was a quote within quotes: the end, or half of one that is meant
    bool at_cell_start_ = true;
};

}  // namespace breakwatch
