#include "policy/activity/features.hpp"

#include <algorithm>
#include <cmath>

#include "policy/activity/activity_window.hpp"

namespace breakwatch {
namespace {

constexpr std::array<std::string_view, kFeatures> kNames = {
    "wait",
    "pause",
    "answer_bytes",
    "answer_after_pause",
    "answer_time",
    "request_bytes",
    "api_host",
    "quiet_before",
    "since_request",
    "next_request",
    "requests_before",
    "requests_after",
    "previous_answer",
    "previous_wait",
    "previous_request",
    "next_answer",
    "next_wait",
    "next_request_bytes",
    "largest_answer_after",
    "media_before",
    "media_after",
    "upload_before",
    "since_upload",
    "small_before",
    "request_ratio",
    "wait_ratio",
    "body_bytes",
    "records",
    "wait_rank",
    "answer_rank",
    "request_rank",
    "upload_host",
    "requests_since_upload",
    "small_after",
    "refresh_after",
    "first_of_flow",
    "quic",
    "connection_quiet",
    "media_delay",
    "tiny_before",
    "request_above_least",
    "request_to_largest",
    "request_to_answer",
    "wait_to_long",
    "wait_to_tiny",
    "requests_of_late",
    "long_answers_of_late",
    "since_long_answer",
    "quiet_of_weight",
    "since_like",
};

constexpr double kPause = 500;         // ms: shorter is no pause of a person's
constexpr double kThinking = 50;       // ms: shorter is an answer at once
constexpr double kReadingShows = 500;  // ms within which an application loads the pictures of what it read

std::string whole(double value)
{
    return std::to_string(std::llround(value));
}

std::string duration(double length)
{
    if (length >= in_milliseconds(kLookBehind)) return whole(in_milliseconds(kLookBehind) / 1000) + " s or longer";
    if (length < 1000) return whole(length) + " ms";
    const auto tenths = std::llround(length / 100);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string size(double bytes)
{
    if (bytes < 1000) return whole(bytes) + " bytes";
    const auto tenths = std::llround(bytes / 100);
    if (bytes < 100'000) return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " kB";
    return whole(bytes / 1000) + " kB";
}

std::string next_in_words(double gap)
{
    if (gap < 0) return "the application asked for more before the answer was complete";
    if (gap >= in_milliseconds(kLookAhead)) return "nothing more was asked for afterwards";
    return "the application asked for more " + duration(gap) + " after the answer";
}

std::string answer_in_words(double bytes)
{
    if (bytes < 1) return "the server sent no answer that could be seen";
    return "the answer was " + size(bytes) + ", the size of a confirmation rather than of something to read";
}

}  // namespace

std::string_view name(Feature feature)
{
    return feature < Feature::count ? kNames[static_cast<std::size_t>(feature)] : "unknown";
}

std::optional<Feature> feature_named(std::string_view text)
{
    const auto found = std::ranges::find(kNames, text);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Feature>(found - kNames.begin());
}

std::string in_words(Feature feature, const FeatureVector& values)
{
    const auto value = at(values, feature);
    switch (feature) {
        case Feature::wait:
        case Feature::pause:
        case Feature::wait_ratio: {
            const auto wait = std::max(at(values, Feature::wait), at(values, Feature::pause));
            if (wait < 0) return "the server sent no answer in time";
            if (wait < kThinking) return "";
            return "the server took " + duration(wait) + " to answer, as when it stores something";
        }
        case Feature::answer_bytes:
        case Feature::answer_after_pause:
        case Feature::answer_time: return answer_in_words(at(values, Feature::answer_bytes));
        case Feature::request_bytes:
        case Feature::request_ratio:
            return "the device sent " + size(at(values, Feature::request_bytes)) + " in one request";
        case Feature::api_host: return value > 0 ? "the server is one that takes posts" : "";
        case Feature::quiet_before:
        case Feature::since_request:
            if (at(values, Feature::quiet_before) < kPause) return "";
            return "the application had been quiet for " + duration(at(values, Feature::quiet_before)) +
                   ", as when somebody writes";
        case Feature::next_request:
        case Feature::requests_after: return next_in_words(at(values, Feature::next_request));
        case Feature::largest_answer_after:
        case Feature::next_answer: return value > 0 ? "afterwards the application read " + size(value) + " again" : "";
        case Feature::upload_before:
        case Feature::since_upload: {
            const auto uploaded = at(values, Feature::upload_before);
            if (uploaded < 1) return "";
            const auto since = at(values, Feature::since_upload);
            if (since < 0) return size(uploaded) + " of media were being uploaded beside it";
            return size(uploaded) + " of media were uploaded " + duration(since) + " before";
        }
        case Feature::connection_quiet:
            if (at(values, Feature::first_of_flow) > 0 || value < kPause) return "";
            return "its connection had been quiet for " + duration(value);
        case Feature::media_delay:
            return value >= kReadingShows ? "no pictures followed the answer, as they do when something is read" : "";
        case Feature::small_before:
            return value > 0 ? whole(value) + " small requests came before, as when somebody types" : "";
        default: return "";
    }
}

}  // namespace breakwatch
