// Records of Amazon Connect agent event streams.
#include "fuzz/call_statements.hpp"
#include "intake/call_amazon_connect.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(read_amazon_connect, Bytes(data, size));
    return 0;
}
