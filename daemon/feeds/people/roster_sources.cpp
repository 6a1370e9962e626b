#include "feeds/people/roster_sources.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "feeds/core/text_encoding.hpp"
#include "feeds/people/roster_csv.hpp"
#include "feeds/people/roster_ical.hpp"
#include "feeds/people/roster_iex.hpp"

namespace breakwatch {

namespace {

bool has_roster_name(const std::filesystem::path& file)
{
    const auto name = file.filename().string();
    constexpr std::array<std::string_view, 4> kFormats{".csv", ".ics", ".ical", ".txt"};
    return !name.starts_with('.') && std::ranges::find(kFormats, file.extension().string()) != kFormats.end();
}

void read_file(const std::filesystem::path& file, const RosterSettings& settings, Timestamp about,
               RosterReading& reading, RowErrors& notes)
{
    const auto content = read_text_file(file, settings.encoding);
    if (!content) {
        reading.unreadable.insert(reading.unreadable.end(), content.error().begin(), content.error().end());
        return;
    }
    const auto name = file.string();
    const auto& text = content->text;
    if (auto told = told_encoding(*content, name)) notes.push_back(std::move(*told));
    const auto format = file.extension();
    if (format == ".ics" || format == ".ical") {
        read_roster_ical(name, text, settings, about, reading);
    } else if (format == ".txt") {
        read_roster_iex(name, text, settings, reading);
    } else {
        read_roster_csv(name, text, settings, about, reading);
    }
}

}  // namespace

std::vector<std::filesystem::path> roster_files(const std::vector<std::filesystem::path>& sources)
{
    std::vector<std::filesystem::path> files;
    for (const auto& source : sources) {
        std::error_code error;
        if (!std::filesystem::is_directory(source, error)) {
            files.push_back(source);
            continue;
        }
        const auto first = files.size();
        for (auto entry = std::filesystem::directory_iterator(source, error);
             entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            if (error) break;
            if (has_roster_name(entry->path())) files.push_back(entry->path());
        }
        std::sort(files.begin() + static_cast<std::ptrdiff_t>(first), files.end());
    }
    return files;
}

std::expected<RosterFile, RowErrors> load_rosters(const std::vector<std::filesystem::path>& sources,
                                                  const RosterSettings& settings, Timestamp about,
                                                  const Enrolment& enrolment)
{
    RosterReading reading;
    RowErrors notes;
    for (const auto& file : roster_files(sources)) read_file(file, settings, about, reading, notes);
    auto roster = assemble_roster(std::move(reading), enrolment);
    if (roster) roster->notes = std::move(notes);
    return roster;
}

std::string fingerprint_of(const std::vector<std::filesystem::path>& files)
{
    std::string all;
    for (const auto& file : files) {
        struct stat status{};
        all += file.string();
        if (::stat(file.c_str(), &status) == 0) {
            all += ' ' + std::to_string(status.st_size) + ' ' + std::to_string(status.st_ino) + ' ' +
                   std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec);
        }
        all += '\n';
    }
    return all;
}

}  // namespace breakwatch
