// A person who approves of opening a name, with a key pair of their own. The public part stands in the sensor's
// configuration; the secret part in a file that a passphrase protects, on whatever machine that person chooses.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

// An opener as configured, and as an identity is sealed to.
struct Opener {
    std::string name;
    std::string key;  // OpenerKey as text

    bool operator==(const Opener&) const = default;
};

inline constexpr std::size_t kMostOpeners = 8;  // an identity is sealed to each pair of them

// "bwo1-" and 136 hexadecimal digits: X25519, Ed25519, and a checksum for whoever types it from paper.
struct OpenerKey {
    std::array<std::uint8_t, 32> box{};   // shares are sealed to it
    std::array<std::uint8_t, 32> sign{};  // approvals are signed by it

    bool operator==(const OpenerKey&) const = default;
};
std::string to_string(const OpenerKey& key);
std::expected<OpenerKey, std::string> parse_opener_key(std::string_view text);
bool signed_by(const OpenerKey& key, std::string_view text, std::string_view signature);
// Octets that the owner of `key` alone can read.
std::string seal_to(const std::array<std::uint8_t, 32>& key, std::string_view octets);

// What Argon2id costs whoever tries passphrases on a stolen file, and its owner once.
struct PassphraseCost {
    std::uint64_t passes = 3;
    std::uint64_t memory = 256U << 20U;  // octets
};

// Forgotten by the memory it stood in when it goes.
class OpenerSecret {
  public:
    static OpenerSecret make();
    // Of what lock() wrote; else in words why not.
    static std::expected<OpenerSecret, std::string> unlock(std::string_view content, std::string_view passphrase);
    ~OpenerSecret();
    OpenerSecret(const OpenerSecret&) = default;
    OpenerSecret& operator=(const OpenerSecret&) = default;

    // The content of a key file: JSON, with the public part in clear.
    std::string lock(std::string_view passphrase, const PassphraseCost& cost = {}) const;
    const OpenerKey& key() const { return key_; }
    // None: sealed to somebody else, or changed.
    std::optional<std::string> unseal(std::string_view box) const;
    std::string sign(std::string_view text) const;

  private:
    using Seed = std::array<std::uint8_t, 32>;
    explicit OpenerSecret(const Seed& seed);

    Seed seed_{};
    std::array<std::uint8_t, 32> box_{};
    std::array<std::uint8_t, 64> sign_{};
    OpenerKey key_;
};

}  // namespace breakwatch
