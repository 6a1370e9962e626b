// One record of a call system, whatever it looks like: its fields by name. Views into the text that it came in,
// valid while that text is. Nothing is copied that a mapping does not ask for.
#pragma once

#include <boost/json/value.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/call_mapping.hpp"
#include "feeds/calls/mapped/safe_pattern.hpp"
#include "feeds/core/line_encoding.hpp"

namespace breakwatch {

// What stands in a field, without spaces around it; empty: nothing, or no such field.
using FieldReader = std::function<std::string(std::string_view)>;
using TakeFields = std::function<void(std::expected<FieldReader, std::string>)>;

class RecordReader {
  public:
    static constexpr std::size_t kMostRecords = 100'000;  // of one document

    explicit RecordReader(std::shared_ptr<const CallMapping> mapping);

    // Every record of a text: a line, or a whole document with many. What is no record is told as an error.
    void read(std::string_view text, const TakeFields& take);

  private:
    void read_json(std::string_view text, const TakeFields& take);
    void read_lines(std::string_view text, const TakeFields& take);
    void read_line(std::string_view line, const TakeFields& take);
    void read_row(std::string_view line, const TakeFields& take);
    bool is_heading(const std::vector<std::string>& cells) const;
    bool can_be_read_with(const std::vector<std::string>& names) const;
    void read_pattern(std::string_view line, const TakeFields& take) const;

    std::shared_ptr<const CallMapping> mapping_;
    std::vector<SafePattern> patterns_;
    LineEncoding form_text_;
    std::vector<std::string> columns_;  // csv: in force, by the mapping or by the last heading
};

// "a=1&b=x%20y" (application/x-www-form-urlencoded): the value of a name.
std::string form_value(std::string_view form, std::string_view name);

}  // namespace breakwatch
