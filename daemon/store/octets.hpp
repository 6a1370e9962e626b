// Characters and octets are the same bytes under two types: std::string has the one, SQLite and libsodium take
// the other. Views only; they live as long as what they look at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace breakwatch {

// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast)
inline std::span<const std::uint8_t> octets_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// To be written to.
inline std::span<std::uint8_t> octets_in(std::string& text)
{
    return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view characters_of(std::span<const std::uint8_t> octets)
{
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

}  // namespace breakwatch
