#include <array>

#include "feeds/calls/amazon_connect/call_amazon_connect.hpp"
#include "feeds/calls/core/call_system.hpp"

namespace breakwatch {

CallSystem amazon_connect_system()
{
    static constexpr std::array kFormats{
        CallFormatMaker{"amazon-connect", [](const std::string&) { return CallFormat::json(read_amazon_connect); }}};
    return {.kinds = {}, .formats = kFormats};
}

}  // namespace breakwatch
