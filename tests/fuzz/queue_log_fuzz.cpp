// Lines of Asterisk's queue_log.
#include "feeds/calls/asterisk/call_queue_log.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(queue_log_format(), Bytes(data, size));
    return 0;
}
