#include "cli/write_whole.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace breakwatch {

std::string write_whole(const std::filesystem::path& file, const std::string& content, mode_t mode)
{
    const auto fresh = file.string() + ".new";
    // In a folder that others may write in, the name could be a link to something of ours.
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (out < 0) return fresh + ": " + std::strerror(errno);
    std::size_t done = 0;
    while (done < content.size()) {
        const auto wrote = ::write(out, content.data() + done, content.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    const bool whole = done == content.size();
    const auto why = std::string(std::strerror(errno));
    ::close(out);
    if (whole && ::rename(fresh.c_str(), file.c_str()) == 0) return "";
    const auto reason = whole ? std::string(std::strerror(errno)) : why;
    ::unlink(fresh.c_str());
    return file.string() + ": " + reason;
}

}  // namespace breakwatch
