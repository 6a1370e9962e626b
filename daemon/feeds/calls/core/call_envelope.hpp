// What messaging services wrap records in: lists, Kinesis, Firehose, SQS, SNS, EventBridge, CloudWatch Logs,
// CloudEvents, Pub/Sub. Opened in one place, so that a format reads records only. Bounded in depth, number
// and size. Pure.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace breakwatch {

enum class Envelopes : std::uint8_t {
    all,        // the records alone
    keep_event  // EventBridge, CloudEvents and what else tells an event's kind stay: the format reads that
};

struct EnvelopeLimits {
    std::size_t depth = 6;
    std::size_t records = 10'000;
    std::size_t record = 64UL * 1024;          // octets
    std::size_t unpacked = 4UL * 1024 * 1024;  // octets of one payload
};

// A record, or in words why it could not be had; `index` is its place in the batch, from 1, 0: it stood alone.
using TakeRecord = std::function<void(std::expected<std::string_view, std::string> record, std::size_t index)>;

// `text` is the value as it came: a record that stands alone is handed on as that.
void open_envelope(const boost::json::value& value, std::string_view text, Envelopes envelopes, const TakeRecord& take,
                   const EnvelopeLimits& limits = {});

}  // namespace breakwatch
