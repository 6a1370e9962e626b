// Lines of Asterisk's queue_log.
#include "fuzz/call_statements.hpp"
#include "intake/call_queue_log.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    fuzz::read_lines(queue_log_format(), Bytes(data, size));
    return 0;
}
