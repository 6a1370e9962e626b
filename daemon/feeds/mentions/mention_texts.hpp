// The few texts of an export's record that are looked at; the rest of it (what was said, and who said it) is never
// taken out. Pure.
#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace breakwatch {

struct MentionTexts {
    std::string platform, at, within, reference, about_us, contact;
};

// Of an object, by the names or JSON pointers of its members; empty where there is none, or a list.
MentionTexts mention_texts_of(const boost::json::value& record, const MentionFields& fields);

// Of a table, a row at a time. A row of column names is a heading wherever it stands: a new file brings its own.
class MentionTable {
  public:
    explicit MentionTable(MentionFields fields) : fields_(std::move(fields)) {}

    // None: a heading, or nothing. Errors name columns as they are configured, and no value.
    std::expected<std::optional<MentionTexts>, std::string> read(std::string_view row);
    // '\0': no heading has told.
    char separator() const { return separator_; }

  private:
    static constexpr std::size_t kFields = 6;

    std::optional<char> heading_separator(std::string_view row) const;
    std::expected<void, std::string> read_heading(std::string_view row, char separator);
    std::string expected_columns() const;

    MentionFields fields_;
    std::array<std::optional<std::size_t>, kFields> places_;  // of each field's column
    std::size_t columns_ = 0;                                 // 0: no heading has been read
    char separator_ = '\0';
};

}  // namespace breakwatch
