// RFC 1952, as messaging services pack what they carry.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

bool is_gzip(std::string_view bytes);
// None: broken, or larger than `most` octets.
std::optional<std::string> unzip(std::string_view packed, std::size_t most);

}  // namespace breakwatch
