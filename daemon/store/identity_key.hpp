// The key behind pseudonyms and sealed identities. Whoever has it can tell who is meant: the daemon
// alone reads it. Immutable once made; shared by threads without locks.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

class IdentityKey {
  public:
    static constexpr std::size_t kLength = 32;  // octets

    // The key in `file`, or a fresh one, written there with mode 0600. Refused: a file that others may
    // read, or that is no key; it is never replaced, since no identity could be opened again.
    static std::expected<IdentityKey, std::string> open_or_make(const std::filesystem::path& file);
    static std::expected<IdentityKey, std::string> open(const std::filesystem::path& file);
    // For replays without a state directory: the same material gives the same pseudonyms.
    static IdentityKey from_material(std::string_view material);

    // "p-7f3a9c01d2e4": keyed BLAKE2b of the staff id, 48 bits.
    Pseudonym pseudonym(const StaffId& staff) const;
    // XSalsa20-Poly1305 under a key derived for the purpose; the nonce is random and stands in front.
    std::string seal(const StaffId& staff) const;
    // None: another key, or changed bytes.
    std::optional<StaffId> unseal(std::string_view sealed) const;
    // The same of any text that tells who somebody is.
    std::string seal_text(std::string_view text) const;
    std::optional<std::string> unseal_text(std::string_view sealed) const;

  private:
    using Octets = std::array<std::uint8_t, kLength>;
    explicit IdentityKey(const Octets& master);

    Octets naming_{};
    Octets sealing_{};
};

}  // namespace breakwatch
