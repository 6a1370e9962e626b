// Tables of calls, read line by line.
#include "feeds/calls/generic/call_csv.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(csv_call_format("UTC"), Bytes(data, size));
    return 0;
}
