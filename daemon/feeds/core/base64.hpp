// RFC 4648 section 4, as JSON messages carry octets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

// None: not base64. White space is none of it; the padding at the end may be missing.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace breakwatch
