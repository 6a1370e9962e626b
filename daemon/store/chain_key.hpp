// The key that the chain of evidence is signed with (Ed25519, RFC 8032). The daemon alone reads its secret part; the
// public part is for everybody, on paper too. Immutable once made; shared by threads without locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

class ChainPublicKey {
  public:
    static constexpr std::size_t kOctets = 32;
    static constexpr std::size_t kSignatureOctets = 64;

    // 64 hexadecimal digits, white space about them.
    static std::optional<ChainPublicKey> parse(std::string_view text);
    explicit ChainPublicKey(const std::array<std::uint8_t, kOctets>& octets) : octets_(octets) {}

    bool has_signed(std::string_view text, std::string_view signature) const;
    std::string hex() const;
    bool operator==(const ChainPublicKey&) const = default;

  private:
    std::array<std::uint8_t, kOctets> octets_;
};

class ChainKey {
  public:
    // The key in `directory`/chain.key, or a fresh one, written there with mode 0600, and its public part into
    // chain.pub beside it. Refused: a file that others may read, or that is no key.
    static std::expected<ChainKey, std::string> open_or_make(const std::filesystem::path& directory);
    // For tests: the same material, the same key.
    static ChainKey from_material(std::string_view material);

    std::string sign(std::string_view text) const;
    const ChainPublicKey& public_key() const { return public_; }

  private:
    static constexpr std::size_t kSecretKeyOctets = 64;
    explicit ChainKey(const std::array<std::uint8_t, 32>& seed);

    std::array<std::uint8_t, kSecretKeyOctets> secret_{};
    ChainPublicKey public_;
};

// The public key in `directory`/chain.pub. None: no daemon has signed there. An error: it cannot be read, or is none.
std::expected<std::optional<ChainPublicKey>, std::string> chain_public_key(const std::filesystem::path& directory);

}  // namespace breakwatch
