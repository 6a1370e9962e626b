// Successive states of a dnsmasq lease file, parted by a zero octet, ten seconds apart.
#include <chrono>

#include "feeds/leases/dnsmasq_lease_table.hpp"
#include "fuzz/lines.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void check(const std::vector<Lease>& leases)
{
    for (const auto& lease : leases) {
        promise(!lease.mac.is_zero() && lease.ip.family != IpAddress::Family::none,
                "a lease has a device and an address");
        promise(!lease.ended || *lease.ended >= lease.from, "a lease ends after its start");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    DnsmasqLeaseTable table;
    Timestamp now{std::chrono::seconds{1'795'420'800}};
    for_each_part(as_text(Bytes(data, size)), '\0', [&](std::string_view text) {
        now += std::chrono::seconds{10};
        const auto change = table.read(text, now);
        check(change.leases);
        if (!change.complete) promise(change.refusals.empty(), "a half-written file refuses nothing");
    });
    check(table.settle(now + std::chrono::hours{1}));
    return 0;
}
