// One record of a FreeRADIUS `detail` file, line by line (rlm_detail): a line with the server's
// local time, tab-indented `Attribute = value` lines, a blank line. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/radius/radius_session.hpp"

namespace breakwatch {

struct DetailRecord {
    AccountingRecord accounting;
    Timestamp arrival;       // Timestamp: when the server took it
    std::uint64_t line = 0;  // its first
};

struct DetailRefusal {
    std::uint64_t line = 0;
    std::string what;
};

class DetailRecordReader {
  public:
    explicit DetailRecordReader(std::size_t longest_record) : longest_record_(longest_record) {}

    using Result = std::expected<DetailRecord, DetailRefusal>;

    // The record that this line ends, if it ends one.
    std::optional<Result> take(std::string_view line, std::uint64_t number, bool too_long);
    // The file ends here for good (it was rotated or cut): the refusal of a record without its end.
    std::optional<Result> end_of_file();

  private:
    std::optional<Result> finish();
    void begin(std::string_view line, std::uint64_t number);
    void attribute(std::string_view line, std::uint64_t number);
    void refuse(std::uint64_t number, std::string what);

    std::size_t longest_record_;
    bool inside_ = false;
    DetailRecord record_;
    std::size_t size_ = 0;
    std::optional<Timestamp> header_time_;  // local time of the server, as if it were UTC
    std::optional<Timestamp> arrival_;
    std::string event_time_;                // text; its zone is known when Timestamp is
    std::optional<DetailRefusal> refusal_;  // the first thing wrong in the record
};

}  // namespace breakwatch
