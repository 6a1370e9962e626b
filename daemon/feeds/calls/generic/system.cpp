#include <array>

#include "feeds/calls/core/call_system.hpp"
#include "feeds/calls/generic/call_csv.hpp"
#include "feeds/calls/generic/call_ndjson.hpp"

namespace breakwatch {

CallSystem generic_system()
{
    static constexpr std::array kFormats{
        CallFormatMaker{"generic", [](const std::string&) { return CallFormat::json(read_generic_call); }},
        CallFormatMaker{"csv", [](const std::string& zone) { return csv_call_format(zone); }},
    };
    return {.kinds = {}, .formats = kFormats};
}

}  // namespace breakwatch
