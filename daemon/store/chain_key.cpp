#include "store/chain_key.hpp"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "store/hex.hpp"
#include "store/octets.hpp"
#include "store/secret_file.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kChainKey = "chain key";

std::filesystem::path secret_file(const std::filesystem::path& directory)
{
    return directory / "chain.key";
}

std::filesystem::path public_file(const std::filesystem::path& directory)
{
    return directory / "chain.pub";
}

}  // namespace

std::optional<ChainPublicKey> ChainPublicKey::parse(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const auto begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return std::nullopt;
    text = text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
    const auto read = octets_of_hex(text);
    if (!read || read->size() != kOctets) return std::nullopt;
    std::array<std::uint8_t, kOctets> octets{};
    std::ranges::copy(octets_of(*read), octets.begin());
    return ChainPublicKey(octets);
}

bool ChainPublicKey::has_signed(std::string_view text, std::string_view signature) const
{
    return signature.size() == kSignatureOctets &&
           crypto_sign_verify_detached(octets_of(signature).data(), octets_of(text).data(), text.size(),
                                       octets_.data()) == 0;
}

std::string ChainPublicKey::hex() const
{
    return hex_of(characters_of(octets_));
}

ChainKey::ChainKey(const std::array<std::uint8_t, 32>& seed) : public_({})
{
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be started");
    std::array<std::uint8_t, ChainPublicKey::kOctets> open{};
    crypto_sign_seed_keypair(open.data(), secret_.data(), seed.data());
    public_ = ChainPublicKey(open);
}

std::expected<ChainKey, std::string> ChainKey::open_or_make(const std::filesystem::path& directory)
{
    const auto file = secret_file(directory);
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        // One that signed here is gone: a fresh one beside it would pass for it.
        if (std::filesystem::exists(public_file(directory), error))
            return std::unexpected("chain key " + file.string() +
                                   ": is gone, and chain.pub beside it is not; restore it from the backup, or move the "
                                   "state directory away to begin anew");
        if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be started");
        SecretOctets seed{};
        randombytes_buf(seed.data(), seed.size());
        if (auto written = write_secret(file, kChainKey, seed); !written) return std::unexpected(written.error());
    }
    const auto seed = read_secret(file, kChainKey);
    if (!seed) return std::unexpected(seed.error());
    ChainKey key(*seed);
    const auto known = chain_public_key(directory);
    if (!known) return std::unexpected(known.error());
    if (*known && **known != key.public_key())
        return std::unexpected("chain key " + file.string() +
                               ": is not the one of chain.pub beside it; restore it from the backup, or move the state "
                               "directory away to begin anew");
    if (!*known) {
        if (auto written = write_public(public_file(directory), kChainKey, key.public_key().hex() + "\n"); !written)
            return std::unexpected(written.error());
    }
    return key;
}

ChainKey ChainKey::from_material(std::string_view material)
{
    std::array<std::uint8_t, 32> seed{};
    crypto_generichash(seed.data(), seed.size(), octets_of(material).data(), material.size(), nullptr, 0);
    return ChainKey(seed);
}

std::string ChainKey::sign(std::string_view text) const
{
    std::string signature(ChainPublicKey::kSignatureOctets, '\0');
    crypto_sign_detached(octets_in(signature).data(), nullptr, octets_of(text).data(), text.size(), secret_.data());
    return signature;
}

std::expected<std::optional<ChainPublicKey>, std::string> chain_public_key(const std::filesystem::path& directory)
{
    const auto file = public_file(directory);
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return std::nullopt;
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    const auto key = ChainPublicKey::parse(text.str());
    if (!in || !key)
        return std::unexpected("chain key " + file.string() + ": is no public key; expected 64 hexadecimal digits");
    return key;
}

}  // namespace breakwatch
