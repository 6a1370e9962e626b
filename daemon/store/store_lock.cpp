#include "store/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace breakwatch {

namespace {

// The file says who holds it, for the message alone: the lock is what counts, and the kernel gives it back.
std::string holder(int file)
{
    std::array<char, 32> text{};
    const auto size = ::pread(file, text.data(), text.size(), 0);
    std::string number(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    number.erase(number.find_last_not_of('\n') + 1);
    const bool plain = !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
    return plain ? " (process " + number + ")" : "";
}

void sign(int file)
{
    const auto text = std::to_string(::getpid()) + "\n";
    // Unsigned it locks as well: on a full disk the message lacks the number, nothing else.
    [[maybe_unused]] const bool written = ::ftruncate(file, 0) == 0 && ::pwrite(file, text.data(), text.size(), 0) > 0;
}

}  // namespace

std::expected<StoreLock, std::string> StoreLock::take(const std::filesystem::path& directory)
{
    const auto path = directory / "breakwatchd.lock";
    StoreLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (lock.file_ < 0) return std::unexpected("store: " + path.string() + ": " + std::strerror(errno));
    if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return std::unexpected("store: " + path.string() + ": " + std::strerror(errno));
        return std::unexpected("store: another breakwatchd" + holder(lock.file_) + " works on " + directory.string() +
                               "; end it first, or give this one a state_directory of its own");
    }
    sign(lock.file_);
    return lock;
}

StoreLock::~StoreLock()
{
    if (file_ >= 0) ::close(file_);
}

StoreLock::StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept
{
    std::swap(file_, other.file_);
    return *this;
}

}  // namespace breakwatch
