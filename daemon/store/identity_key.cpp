#include "store/identity_key.hpp"

#include <sodium.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

#include "store/hex.hpp"
#include "store/octets.hpp"
#include "store/secret_file.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kIdentityKey = "identity key";

// libsodium's key derivation: eight characters and a number for each purpose.
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "brkwatch";
constexpr std::uint64_t kNaming = 1;
constexpr std::uint64_t kSealing = 2;
constexpr std::size_t kPseudonymOctets = 6;

using Octets = std::array<std::uint8_t, IdentityKey::kLength>;

void need_sodium()
{
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be started");
}

}  // namespace

IdentityKey::IdentityKey(const Octets& master)
{
    need_sodium();
    crypto_kdf_derive_from_key(naming_.data(), naming_.size(), kNaming, kContext, master.data());
    crypto_kdf_derive_from_key(sealing_.data(), sealing_.size(), kSealing, kContext, master.data());
}

std::expected<IdentityKey, std::string> IdentityKey::open(const std::filesystem::path& file)
{
    const auto master = read_secret(file, kIdentityKey);
    if (!master) return std::unexpected(master.error());
    return IdentityKey(*master);
}

std::expected<IdentityKey, std::string> IdentityKey::open_or_make(const std::filesystem::path& file)
{
    if (::access(file.c_str(), F_OK) == 0) return open(file);
    need_sodium();
    Octets master{};
    crypto_kdf_keygen(master.data());
    if (auto written = write_secret(file, kIdentityKey, master); !written) return std::unexpected(written.error());
    return IdentityKey(master);
}

IdentityKey IdentityKey::from_material(std::string_view material)
{
    need_sodium();
    Octets master{};
    crypto_generichash(master.data(), master.size(), octets_of(material).data(), material.size(), nullptr, 0);
    return IdentityKey(master);
}

Pseudonym IdentityKey::pseudonym(const StaffId& staff) const
{
    Octets digest{};
    crypto_generichash(digest.data(), digest.size(), octets_of(staff.value).data(), staff.value.size(), naming_.data(),
                       naming_.size());
    return {"p-" + hex_of(characters_of(digest).substr(0, kPseudonymOctets))};
}

std::string IdentityKey::seal(const StaffId& staff) const
{
    return seal_text(staff.value);
}

std::optional<StaffId> IdentityKey::unseal(std::string_view sealed) const
{
    auto staff = unseal_text(sealed);
    return staff ? std::optional(StaffId{std::move(*staff)}) : std::nullopt;
}

std::string IdentityKey::seal_text(std::string_view text) const
{
    std::vector<unsigned char> sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size());
    const auto box = std::span(sealed).subspan(crypto_secretbox_NONCEBYTES);
    randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box.data(), octets_of(text).data(), text.size(), sealed.data(), sealing_.data());
    return std::string(characters_of(sealed));
}

std::optional<std::string> IdentityKey::unseal_text(std::string_view sealed) const
{
    if (sealed.size() < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) return std::nullopt;
    const auto box = sealed.substr(crypto_secretbox_NONCEBYTES);
    std::string text(box.size() - crypto_secretbox_MACBYTES, '\0');
    if (crypto_secretbox_open_easy(octets_in(text).data(), octets_of(box).data(), box.size(), octets_of(sealed).data(),
                                   sealing_.data()) != 0)
        return std::nullopt;
    return text;
}

}  // namespace breakwatch
