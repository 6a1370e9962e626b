#include "store/opener.hpp"

#include <sodium.h>

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "store/hex.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "bwo1-";
constexpr std::size_t kChecksum = 4;
constexpr std::string_view kFileOf = "opener";
// libsodium's key derivation: eight characters and a number for each purpose.
constexpr char kOpenerContext[crypto_kdf_CONTEXTBYTES + 1] = "bwopener";
constexpr std::uint64_t kBoxing = 1;
constexpr std::uint64_t kSigning = 2;
// What a file may ask for: more is not of ours, and would take the machine's memory.
constexpr std::uint64_t kMostPasses = 20;
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30U;

using Key = std::array<std::uint8_t, 32>;

std::string checksum_of(std::string_view octets)
{
    std::string sum(crypto_generichash_BYTES_MIN, '\0');
    crypto_generichash(octets_in(sum).data(), sum.size(), octets_of(octets).data(), octets.size(), nullptr, 0);
    sum.resize(kChecksum);
    return sum;
}

std::optional<Key> passphrase_key(std::string_view passphrase, std::string_view salt, const PassphraseCost& cost)
{
    Key key{};
    if (salt.size() != crypto_pwhash_SALTBYTES ||
        crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(), octets_of(salt).data(), cost.passes,
                      cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return std::nullopt;
    return key;
}

struct LockedFile {
    std::string key, salt, sealed;
    PassphraseCost cost;
};

std::optional<LockedFile> read_locked(std::string_view content)
{
    boost::system::error_code error;
    const auto value = json::parse(content, error);
    if (error || !value.is_object()) return std::nullopt;
    try {
        const auto& object = value.get_object();
        if (object.at("breakwatch").as_string() != kFileOf || object.at("version").as_int64() != 1) return std::nullopt;
        const auto salt = octets_of_hex(std::string_view(object.at("salt").as_string()));
        const auto sealed = octets_of_hex(std::string_view(object.at("sealed").as_string()));
        LockedFile file{
            .key = std::string(object.at("key").as_string()),
            .salt = salt.value_or(""),
            .sealed = sealed.value_or(""),
            .cost = {object.at("passes").to_number<std::uint64_t>(), object.at("memory").to_number<std::uint64_t>()}};
        const bool whole = file.salt.size() == crypto_pwhash_SALTBYTES &&
                           file.sealed.size() == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + Key{}.size();
        const bool bounded = file.cost.passes >= crypto_pwhash_OPSLIMIT_MIN && file.cost.passes <= kMostPasses &&
                             file.cost.memory >= crypto_pwhash_MEMLIMIT_MIN && file.cost.memory <= kMostMemory;
        if (whole && bounded) return file;
    } catch (const std::exception&) {  // a member that is missing, or of another type
    }
    return std::nullopt;
}

}  // namespace

std::string to_string(const OpenerKey& key)
{
    std::string octets(characters_of(key.box));
    octets += characters_of(key.sign);
    octets += checksum_of(octets);
    return std::string(kPrefix) + hex_of(octets);
}

std::expected<OpenerKey, std::string> parse_opener_key(std::string_view text)
{
    OpenerKey key;
    const auto digits = text.starts_with(kPrefix) ? text.substr(kPrefix.size()) : std::string_view{};
    const auto octets = octets_of_hex(digits);
    const auto size = key.box.size() + key.sign.size();
    if (!octets || octets->size() != size + kChecksum)
        return std::unexpected(
            "is no opener's key; expected bwo1- and 136 hexadecimal digits, as `breakwatch opener make` prints them");
    if (checksum_of(octets->substr(0, size)) != octets->substr(size))
        return std::unexpected("has a digit that is wrong, by its checksum; compare it with what was printed");
    const auto all = octets_of(*octets);
    std::ranges::copy(all.first(key.box.size()), key.box.begin());
    std::ranges::copy(all.subspan(key.box.size(), key.sign.size()), key.sign.begin());
    std::array<std::uint8_t, crypto_box_SEALBYTES> probe{};
    if (crypto_core_ed25519_is_valid_point(key.sign.data()) != 1 ||
        crypto_box_seal(probe.data(), nullptr, 0, key.box.data()) != 0)
        return std::unexpected("is a key that protects nothing; make a new one by `breakwatch opener make`");
    return key;
}

bool signed_by(const OpenerKey& key, std::string_view text, std::string_view signature)
{
    return signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(octets_of(signature).data(), octets_of(text).data(), text.size(),
                                       key.sign.data()) == 0;
}

std::string seal_to(const std::array<std::uint8_t, 32>& key, std::string_view octets)
{
    std::string box(crypto_box_SEALBYTES + octets.size(), '\0');
    if (crypto_box_seal(octets_in(box).data(), octets_of(octets).data(), octets.size(), key.data()) != 0)
        throw std::runtime_error("a public key that nothing can be sealed to");
    return box;
}

OpenerSecret::OpenerSecret(const Seed& seed) : seed_(seed)
{
    Seed part{};
    crypto_kdf_derive_from_key(part.data(), part.size(), kBoxing, kOpenerContext, seed_.data());
    crypto_box_seed_keypair(key_.box.data(), box_.data(), part.data());
    crypto_kdf_derive_from_key(part.data(), part.size(), kSigning, kOpenerContext, seed_.data());
    crypto_sign_seed_keypair(key_.sign.data(), sign_.data(), part.data());
    sodium_memzero(part.data(), part.size());
}

OpenerSecret::~OpenerSecret()
{
    sodium_memzero(seed_.data(), seed_.size());
    sodium_memzero(box_.data(), box_.size());
    sodium_memzero(sign_.data(), sign_.size());
}

OpenerSecret OpenerSecret::make()
{
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be started");
    Seed seed{};
    crypto_kdf_keygen(seed.data());
    return OpenerSecret(seed);
}

std::string OpenerSecret::lock(std::string_view passphrase, const PassphraseCost& cost) const
{
    std::string salt(crypto_pwhash_SALTBYTES, '\0');
    randombytes_buf(salt.data(), salt.size());
    const auto key = passphrase_key(passphrase, salt, cost);
    if (!key) throw std::runtime_error("Argon2id found no memory");
    std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + seed_.size(), '\0');
    randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
    const auto octets = octets_in(sealed);
    crypto_secretbox_easy(octets.subspan(crypto_secretbox_NONCEBYTES).data(), seed_.data(), seed_.size(), octets.data(),
                          key->data());
    return json::serialize(json::object{{"breakwatch", kFileOf},
                                        {"version", 1},
                                        {"key", to_string(key_)},
                                        {"passes", cost.passes},
                                        {"memory", cost.memory},
                                        {"salt", hex_of(salt)},
                                        {"sealed", hex_of(sealed)}}) +
           "\n";
}

std::expected<OpenerSecret, std::string> OpenerSecret::unlock(std::string_view content, std::string_view passphrase)
{
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be started");
    const auto file = read_locked(content);
    if (!file)
        return std::unexpected(
            "is no opener's key file, or of a later version; expected one of `breakwatch opener make`");
    const auto key = passphrase_key(passphrase, file->salt, file->cost);
    if (!key) return std::unexpected("cannot be unlocked: this machine has not the memory that Argon2id needs");
    Seed seed{};
    const auto octets = octets_of(file->sealed);
    const auto box = octets.subspan(crypto_secretbox_NONCEBYTES);
    if (crypto_secretbox_open_easy(seed.data(), box.data(), box.size(), octets.data(), key->data()) != 0)
        return std::unexpected("cannot be unlocked: the passphrase is wrong, or the file was changed");
    OpenerSecret secret(seed);
    sodium_memzero(seed.data(), seed.size());
    if (to_string(secret.key_) != file->key)
        return std::unexpected("was changed: its public part is not that of its secret part");
    return secret;
}

std::optional<std::string> OpenerSecret::unseal(std::string_view box) const
{
    if (box.size() < crypto_box_SEALBYTES) return std::nullopt;
    std::string octets(box.size() - crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal_open(octets_in(octets).data(), octets_of(box).data(), box.size(), key_.box.data(),
                             box_.data()) != 0)
        return std::nullopt;
    return octets;
}

std::string OpenerSecret::sign(std::string_view text) const
{
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(octets_in(signature).data(), nullptr, octets_of(text).data(), text.size(), sign_.data());
    return signature;
}

}  // namespace breakwatch
