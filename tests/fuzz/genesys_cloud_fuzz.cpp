// Events of Genesys Cloud.
#include "fuzz/call_statements.hpp"
#include "intake/call_genesys_cloud.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(read_genesys_cloud, Bytes(data, size));
    return 0;
}
