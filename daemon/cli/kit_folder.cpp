#include "cli/kit_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "cli/write_whole.hpp"
#include "learn/recording.hpp"

namespace breakwatch {

std::expected<KitFolder, std::string> KitFolder::open(const std::filesystem::path& path)
{
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return std::unexpected(path.string() + ": " + std::strerror(errno));
    const int lock = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) return std::unexpected(path.string() + ": " + std::strerror(errno));
    KitFolder folder(path, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
        return std::unexpected(path.string() + ": " +
                               (errno == EWOULDBLOCK ? "another kit works in it" : std::strerror(errno)));
    const auto trial = path / ".trial";
    if (const auto wrong = write_whole(trial, "\n"); !wrong.empty()) return std::unexpected(wrong);
    ::unlink(trial.c_str());
    return folder;
}

KitFolder::~KitFolder()
{
    if (lock_ >= 0) ::close(lock_);
}

KitFolder::KitFolder(KitFolder&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1))
{}

std::expected<std::vector<KitRecording>, std::string> KitFolder::read() const
{
    std::vector<KitRecording> recordings;
    std::error_code error;
    std::filesystem::directory_iterator entry(path_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() != ".rec") continue;
        if (!entry->is_regular_file(error)) return std::unexpected(entry->path().string() + ": is no file");
        const auto recording = read_recording(entry->path());
        if (!recording) return std::unexpected(recording.error() + "; mend it, or put it elsewhere");
        KitRecording found{recording->name,    recording->platform,  "", recording->label, 0,
                           recording->posts(), 60 * recording->hours};
        read_kit_name(found);
        recordings.push_back(std::move(found));
    }
    if (error) return std::unexpected(path_.string() + ": " + error.message());
    std::ranges::sort(recordings, {}, &KitRecording::file);
    return recordings;
}

}  // namespace breakwatch
