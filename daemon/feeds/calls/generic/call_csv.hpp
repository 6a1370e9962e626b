// Calls out of a table, one call a row: what reports and exports of a call system give. The first line
// names the columns: agent, ended_at are required; answered_at, talk_s, queue, ended_by, id, channel, hold_s,
// acw_s optional.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_format.hpp"

namespace breakwatch {

// Reads line by line, since such a file may grow; a field therefore holds no line end. A line of column
// names is one wherever it stands: a new file brings its own.
class CallCsv {
  public:
    // Times without an offset are of this IANA zone.
    explicit CallCsv(std::string zone) : zone_(std::move(zone)) {}

    std::expected<CallStatements, std::string> read(std::string_view line);

  private:
    std::string zone_;
    std::string header_;
};

CallFormat csv_call_format(const std::string& zone);

}  // namespace breakwatch
