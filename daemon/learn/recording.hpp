// What `breakwatch calibrate` keeps of a volunteer's session: the features of each candidate on one platform, in
// order, which of them was a post, and how long it took in all. No time of day, no address, no size but those in the
// features.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "learn/boosting.hpp"
#include "learn/lab.hpp"

namespace breakwatch {

// Of a session in which nothing was published: never learned from, only judged.
inline constexpr const char* kBrowseOnly = "browse_only";

struct Sample {
    std::size_t act = 0;  // candidates of one act (within 2 s of each other) have the same number, from 1 on
    bool post = false;
    FeatureVector features{};
};

struct Recording {
    std::string name;
    std::string platform;
    std::string label;  // kind of its posts, where the volunteer made but one, or kBrowseOnly; else empty
    std::vector<Sample> samples;
    double hours = 0;  // how long it went on; 0: not known
    std::size_t posts() const;
    bool browse_only() const { return label == kBrowseOnly; }
};

// More samples than these are not read.
inline constexpr std::size_t kMostSamples = 100'000;

struct Candidate;  // training.hpp

double hours_between(Timestamp first, Timestamp last);
// Of all candidates, in their order, those on the platform.
std::vector<Sample> samples_of(const std::vector<Candidate>& candidates, const std::string& platform,
                               const PlatformCatalog& catalog);
Recording record(const LabSession& session, const std::string& platform, const PlatformCatalog& catalog);
// JSON lines: a head with the platform, the label and the features' names, then one line a sample.
std::string to_text(const Recording& recording);
// The error names file, line and what was expected.
std::expected<Recording, std::string> read_recording(const std::filesystem::path& file);

}  // namespace breakwatch
