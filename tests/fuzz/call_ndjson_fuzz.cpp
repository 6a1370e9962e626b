// Call events, one JSON object a line.
#include "feeds/calls/generic/call_ndjson.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(read_generic_call, Bytes(data, size));
    return 0;
}
