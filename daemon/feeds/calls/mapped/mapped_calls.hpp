// Records of any call system, read as a mapping says: the adapter for whatever has none of its own. What the mapping
// does not name is never looked at, and no value of a record stands in an error.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/call_mapping.hpp"
#include "feeds/calls/core/call_format.hpp"
#include "feeds/calls/mapped/mapped_record.hpp"

namespace breakwatch {

class MappedCalls {
  public:
    using Read = std::expected<CallStatements, std::string>;

    // `zone`: IANA, of local times where the mapping names none.
    MappedCalls(std::shared_ptr<const CallMapping> mapping, const std::string& zone);

    // Every record of a text, a line or a whole document, by itself: a bad one spoils no other.
    std::vector<Read> read(std::string_view text);

  private:
    Read meaning_of(const FieldReader& record) const;

    std::shared_ptr<const CallMapping> mapping_;
    std::string zone_;
    RecordReader records_;
};

// The same for a transport that hands over one record at a time.
CallFormat mapped_call_format(std::shared_ptr<const CallMapping> mapping, std::string zone);

}  // namespace breakwatch
