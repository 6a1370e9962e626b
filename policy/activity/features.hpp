// What the detector looks at: named numbers of one exchange and of what surrounds it on the same
// device and platform. Times in milliseconds, sizes in bytes, all of them finite.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

// The order is that of the feature table in features.cpp; model files use the names.
enum class Feature : std::uint8_t {
    wait,   // server's thinking time: last request byte to first answer byte, less the round trip
    pause,  // longest silence before or inside the answer, less the round trip
    answer_bytes,
    answer_after_pause,  // bytes after that longest silence
    answer_time,         // first to last answer byte
    request_bytes,
    api_host,         // 1: the host takes writes; 0: it is known for reading
    quiet_before,     // nothing from or to the platform (media servers left out) for this long
    since_request,    // previous request's begin to this one's
    next_request,     // end of the answer to the next request; negative when they overlap
    requests_before,  // requests in the second before
    requests_after,   // requests in the 3 s after
    previous_answer,  // bytes answering the request before
    previous_wait,
    previous_request,  // its bytes
    next_answer,       // bytes answering the request after
    next_wait,
    next_request_bytes,
    largest_answer_after,  // a timeline or thread read again
    media_before,          // bytes from media servers in the 3 s before
    media_after,
    upload_before,  // bytes of media uploaded in the 12 s before
    since_upload,   // end of that upload to this request
    small_before,   // small requests with small answers in the 8 s before: typing, typeahead
    request_ratio,  // request bytes to the usual request on this host of late
    wait_ratio,     // wait to the usual wait on this platform of late
    body_bytes,     // request bytes without what looks like its header
    records,        // records or datagrams of the request
    wait_rank,      // share of the platform's other exchanges of late that waited less; 0.5: none yet
    answer_rank,    // ... whose answer was smaller
    request_rank,   // ... whose request was smaller
    upload_host,
    requests_since_upload,  // requests to hosts that take writes, since the upload; -1: no upload
    small_after,            // small requests with small answers in the 3 s after: telemetry
    refresh_after,          // end of the answer to the next request with a long answer
    first_of_flow,
    quic,
    connection_quiet,  // nothing on this connection for this long before: steps of one act follow at once
    media_delay,       // end of the answer to the first request to a media server: pictures of what was read
    tiny_before,       // requests with an answer of a few bytes in the 4 s before: a chat's "is typing"
    // "Of late" is kHistory (policy/activity/activity_window.hpp), media left out.
    request_above_least,   // request bytes above those of the smallest request to the same hosts of late
    request_to_largest,    // request bytes to those of the largest such request that was no upload; 1: none yet
    request_to_answer,     // request bytes to answer bytes
    wait_to_long,          // wait to the usual wait for long answers of late: for what is read; 1: none yet
    wait_to_tiny,          // ... for answers of a few bytes: for what is only told
    requests_of_late,      // how many
    long_answers_of_late,  // how many of them were answered at length
    since_long_answer,     // end of the last answer long enough to read to this request
    quiet_of_weight,       // the same for the last request or answer that was not small
    since_like,            // the last request to these hosts of nearly this size: a poll's period
    count
};
inline constexpr std::size_t kFeatures = static_cast<std::size_t>(Feature::count);

using FeatureVector = std::array<double, kFeatures>;

inline double& at(FeatureVector& values, Feature feature)
{
    return values[static_cast<std::size_t>(feature)];
}
inline double at(const FeatureVector& values, Feature feature)
{
    return values[static_cast<std::size_t>(feature)];
}

std::string_view name(Feature feature);
std::optional<Feature> feature_named(std::string_view text);
// What a value that speaks for a post says to a person; empty for one that only helps weigh others.
std::string in_words(Feature feature, const FeatureVector& values);

}  // namespace breakwatch
