#include "store/secret_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>

namespace breakwatch {

namespace {

std::string failure(const std::filesystem::path& file, std::string_view what, const std::string& why)
{
    return std::string(what) + " " + file.string() + ": " + why;
}

std::expected<void, std::string> write_new(const std::filesystem::path& file, std::string_view what,
                                           std::span<const char> text, mode_t mode)
{
    const auto fresh = file.string() + ".new";
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (out < 0) return std::unexpected(failure(fresh, what, std::strerror(errno)));
    const bool written =
        ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
    const int error = errno;
    ::close(out);
    if (!written) return std::unexpected(failure(fresh, what, std::strerror(error)));
    if (::rename(fresh.c_str(), file.c_str()) != 0) return std::unexpected(failure(file, what, std::strerror(errno)));
    return {};
}

}  // namespace

std::expected<SecretOctets, std::string> read_secret(const std::filesystem::path& file, std::string_view what)
{
    std::ifstream in(file, std::ios::binary);
    struct stat state{};
    if (!in || ::stat(file.c_str(), &state) != 0) return std::unexpected(failure(file, what, std::strerror(errno)));
    if ((state.st_mode & 077U) != 0)
        return std::unexpected(failure(file, what, "may be read by others; expected mode 0600, then rotate the key"));
    std::array<char, 2 * kSecretOctets> digits{};
    SecretOctets secret{};
    std::size_t length = 0;
    if (!in.read(digits.data(), static_cast<std::streamsize>(digits.size())) ||
        sodium_hex2bin(secret.data(), secret.size(), digits.data(), digits.size(), nullptr, &length, nullptr) != 0 ||
        length != kSecretOctets)
        return std::unexpected(
            failure(file, what, "is no key; expected 64 hexadecimal digits; restore it from the backup"));
    return secret;
}

std::expected<void, std::string> write_secret(const std::filesystem::path& file, std::string_view what,
                                              const SecretOctets& secret)
{
    std::array<char, 2 * kSecretOctets + 1> digits{};
    sodium_bin2hex(digits.data(), digits.size(), secret.data(), secret.size());
    digits.back() = '\n';
    auto written = write_new(file, what, digits, 0600);
    sodium_memzero(digits.data(), digits.size());
    return written;
}

std::expected<void, std::string> write_public(const std::filesystem::path& file, std::string_view what,
                                              const std::string& text)
{
    return write_new(file, what, text, 0644);
}

}  // namespace breakwatch
