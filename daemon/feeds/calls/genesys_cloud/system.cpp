#include <array>

#include "feeds/calls/core/call_system.hpp"
#include "feeds/calls/genesys_cloud/call_genesys_cloud.hpp"

namespace breakwatch {

CallSystem genesys_cloud_system()
{
    static constexpr std::array kFormats{
        CallFormatMaker{"genesys-cloud", [](const std::string&) { return genesys_cloud_format(); }}};
    return {.kinds = {}, .formats = kFormats};
}

}  // namespace breakwatch
