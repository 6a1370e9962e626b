#include "store/identity_key.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "store/octets.hpp"

namespace breakwatch {

namespace {

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

std::string hex(std::span<const std::uint8_t> bytes)
{
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

std::string failure(const std::filesystem::path& file, const std::string& what)
{
    return "identity key " + file.string() + ": " + what;
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    operator int() const { return number_; }

  private:
    int number_;
};

// Whole or not at all: a file cut short by a full disk must not pass for a key at the next start.
std::expected<void, std::string> write_new(const std::filesystem::path& file, const std::string& text)
{
    const auto fresh = file.string() + ".new";
    {
        const Descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        const auto size = static_cast<ssize_t>(text.size());
        if (out < 0 || ::write(out, text.data(), text.size()) != size || ::fsync(out) != 0)
            return std::unexpected(failure(fresh, std::strerror(errno)));
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) return std::unexpected(failure(file, std::strerror(errno)));
    return {};
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
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (in < 0) return std::unexpected(failure(file, std::strerror(errno)));
    struct stat state{};
    if (::fstat(in, &state) != 0) return std::unexpected(failure(file, std::strerror(errno)));
    if ((state.st_mode & 077U) != 0)
        return std::unexpected(failure(file, "may be read by others; expected mode 0600, then rotate the key"));
    std::array<char, 2 * kLength + 2> text{};
    const auto size = ::read(in, text.data(), text.size());
    Octets master{};
    std::size_t length = 0;
    const auto digits = std::size_t{2 * kLength};
    if (size < static_cast<ssize_t>(digits) ||
        sodium_hex2bin(master.data(), master.size(), text.data(), digits, nullptr, &length, nullptr) != 0 ||
        length != kLength)
        return std::unexpected(failure(file, "is no key; expected 64 hexadecimal digits; restore it from the backup"));
    return IdentityKey(master);
}

std::expected<IdentityKey, std::string> IdentityKey::open_or_make(const std::filesystem::path& file)
{
    if (::access(file.c_str(), F_OK) == 0) return open(file);
    need_sodium();
    Octets master{};
    crypto_kdf_keygen(master.data());
    if (auto written = write_new(file, hex(master) + "\n"); !written) return std::unexpected(written.error());
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
    return {"p-" + hex(std::span(digest).first(kPseudonymOctets))};
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
