// Which encoding octets are in that are no UTF-8: by their signs, or because no other reading makes sense. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/encoding.hpp"

namespace breakwatch {

struct Recognition {
    std::optional<Encoding> certain;
    std::string seems;  // "euc-jp, gb18030 or euc-kr"; empty: like none of ours
};

// By a byte order mark; none: there is none.
std::optional<Encoding> marked_encoding(std::string_view octets);
// UTF-16 without a mark (every other octet of its ASCII is NUL), or the escapes of ISO-2022-JP. Both would pass for
// UTF-8 or something like it.
std::optional<Encoding> signed_encoding(std::string_view octets);
// Of octets of which some are above 0x7f and which are no UTF-8. Whether all can be decoded is for the caller to try.
Recognition recognise_encoding(std::string_view octets);

}  // namespace breakwatch
