#include "feeds/calls/poll/poll_place_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::size_t kLargest = 64UL * 1024;

// Written, synchronised and closed; else errno.
int write_whole(const std::filesystem::path& file, const std::string& text)
{
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return errno;
    int error = 0;
    for (std::string_view rest = text; !rest.empty() && error == 0;) {
        const auto written = ::write(descriptor, rest.data(), rest.size());
        if (written < 0 && errno != EINTR) error = errno;
        if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (error == 0 && ::fsync(descriptor) != 0) error = errno;
    if (::close(descriptor) != 0 && error == 0) error = errno;
    return error;
}

void sync_folder(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)::fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

std::expected<PollPlace, std::string> read_poll_place(const std::filesystem::path& file)
{
    std::error_code missing;
    if (!std::filesystem::exists(file, missing)) return PollPlace{};
    std::ifstream in(file, std::ios::binary);
    std::string text(kLargest, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    boost::system::error_code error;
    const auto read = json::parse(text, error);
    const auto* object = error ? nullptr : read.if_object();
    PollPlace place;
    if (object != nullptr) {
        if (const auto* until = object->if_contains("until"); until != nullptr && until->is_string())
            place.until = parse_rfc3339(std::string(until->get_string()));
        if (const auto* cursor = object->if_contains("cursor"); cursor != nullptr && cursor->is_string())
            place.cursor = std::string(cursor->get_string());
    }
    if (!place.until)
        return std::unexpected(file.string() + ": cannot be understood; the service is asked from the beginning");
    return place;
}

std::expected<void, std::string> write_poll_place(const std::filesystem::path& file, const PollPlace& place)
{
    const json::object object{{"until", to_rfc3339(place.until.value_or(Timestamp{}))}, {"cursor", place.cursor}};
    auto beside = file;
    beside += ".new";
    const int error = write_whole(beside, json::serialize(object) + "\n");
    if (error != 0) return std::unexpected(beside.string() + ": " + std::strerror(error));
    if (::rename(beside.c_str(), file.c_str()) != 0)
        return std::unexpected(file.string() + ": " + std::strerror(errno));
    sync_folder(file.parent_path());
    return {};
}

}  // namespace breakwatch
