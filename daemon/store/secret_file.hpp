// A secret of 32 octets in a file of its own, as 64 hexadecimal digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace breakwatch {

inline constexpr std::size_t kSecretOctets = 32;
using SecretOctets = std::array<std::uint8_t, kSecretOctets>;

// `what` it is, for messages: "identity key". Refused: a file that others may read, or that is no key.
std::expected<SecretOctets, std::string> read_secret(const std::filesystem::path& file, std::string_view what);
// A fresh one, of mode 0600. Whole or not at all: a file cut short by a full disk must not pass for a key at the next
// start.
[[nodiscard]] std::expected<void, std::string> write_secret(const std::filesystem::path& file, std::string_view what,
                                                            const SecretOctets& secret);
// The same for what is no secret, of mode 0644.
[[nodiscard]] std::expected<void, std::string> write_public(const std::filesystem::path& file, std::string_view what,
                                                            const std::string& text);

}  // namespace breakwatch
