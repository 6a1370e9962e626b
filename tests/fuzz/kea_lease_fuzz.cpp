// A Kea memfile: the header, then rows.
#include <optional>

#include "feeds/leases/kea_lease_row.hpp"
#include "fuzz/lines.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::optional<std::expected<KeaColumns, std::string>> columns;
    for_each_part(as_text(Bytes(data, size)), '\n', [&columns](std::string_view line) {
        if (!columns) {
            columns = KeaColumns::of_header(line);
            return;
        }
        if (!*columns) return;
        const auto row = (*columns)->parse(line);
        if (!row) return promise(!row.error().empty(), "a refusal says why");
        if (!*row) return;
        promise((*row)->from <= (*row)->until, "a lease ends after its start");
        promise((*row)->deleted == ((*row)->from == (*row)->until), "a lease without length is deleted");
        promise((*row)->ip.family != IpAddress::Family::none, "a lease has an address");
    });
    return 0;
}
