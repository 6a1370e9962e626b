// Records of Amazon Connect agent event streams.
#include "feeds/calls/amazon_connect/call_amazon_connect.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(read_amazon_connect, Bytes(data, size));
    return 0;
}
