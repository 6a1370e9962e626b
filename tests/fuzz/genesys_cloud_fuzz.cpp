// Events of Genesys Cloud.
#include "feeds/calls/genesys_cloud/call_genesys_cloud.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(genesys_cloud_format(), Bytes(data, size));
    return 0;
}
