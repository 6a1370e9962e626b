// The formats in which records of calls come, by the word a configuration calls them. A new one is a
// line in this table.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "feeds/calls/amazon_connect/call_amazon_connect.hpp"
#include "feeds/calls/asterisk/call_queue_log.hpp"
#include "feeds/calls/core/call_format.hpp"
#include "feeds/calls/generic/call_csv.hpp"
#include "feeds/calls/generic/call_ndjson.hpp"
#include "feeds/calls/genesys_cloud/call_genesys_cloud.hpp"

namespace breakwatch {

struct CallFormatEntry {
    std::string_view word;
    CallFormat (*make)(const std::string& zone);  // zone: IANA, for times without an offset
};

inline constexpr std::array kCallFormats{
    CallFormatEntry{"generic", [](const std::string&) { return CallFormat::json(read_generic_call); }},
    CallFormatEntry{"queue-log", [](const std::string&) { return queue_log_format(); }},
    CallFormatEntry{"csv", [](const std::string& zone) { return csv_call_format(zone); }},
    CallFormatEntry{"amazon-connect", [](const std::string&) { return CallFormat::json(read_amazon_connect); }},
    CallFormatEntry{"genesys-cloud", [](const std::string&) { return genesys_cloud_format(); }},
};

}  // namespace breakwatch
