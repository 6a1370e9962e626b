// The roster as the configuration names it: files and directories of files, each by the format that its
// name tells. Several files make one roster; rows of different files may not overlap either.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

// Files as they are, directories as the roster files in them, by name. Hidden files and those that are
// being written (.part, .tmp, .filepart, .crdownload, a trailing ~) are passed over.
std::vector<std::filesystem::path> roster_files(const std::vector<std::filesystem::path>& sources);

// .csv; .ics and .ical; .txt is a NICE IEX export.
std::expected<RosterFile, RowErrors> load_rosters(const std::vector<std::filesystem::path>& sources,
                                                  const RosterSettings& settings, Timestamp about,
                                                  const Enrolment& enrolment);

// Path, size, inode and time of each file: differs when one of them was touched.
std::string fingerprint_of(const std::vector<std::filesystem::path>& files);

}  // namespace breakwatch
