// A FreeRADIUS detail file, line by line.
#include "feeds/radius/radius_detail_record.hpp"
#include "fuzz/lines.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void check(const std::optional<DetailRecordReader::Result>& result, std::uint64_t lines)
{
    if (!result) return;
    if (!*result) {
        promise(!result->error().what.empty() && result->error().line <= lines, "a refusal says why and where");
        return;
    }
    const auto& record = **result;
    promise(record.line >= 1 && record.line <= lines, "a record has its line");
    promise(record.accounting.addresses.size() <= AccountingRecord::kAddresses, "addresses are bounded");
    (void)session_event(record.accounting, record.arrival);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    DetailRecordReader reader(1'024);
    std::uint64_t number = 0;
    for_each_part(as_text(Bytes(data, size)), '\n', [&](std::string_view line) {
        ++number;
        check(reader.take(line.substr(0, 256), number, line.size() > 256), number);
    });
    check(reader.end_of_file(), number);
    promise(!reader.end_of_file(), "a file ends once");
    return 0;
}
