// What the path from frames to observations allocates, so that it cannot get more unseen: nothing for a packet of a
// known flow, whoever is enrolled, and little for a new connection. An operator new of its own counts.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "capture/sensor.hpp"
#include "flow/dissector.hpp"
#include "flow/packet.hpp"
#include "support/client_hello.hpp"
#include "support/frames.hpp"
#include "support/moments.hpp"
#include "support/quic_seal.hpp"

namespace {
std::size_t allocations = 0;
}

// Not inlined, where the compiler would take new and free() for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    ++allocations;
    if (void* const there = std::malloc(size)) return there;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* there) noexcept
{
    std::free(there);
}
[[gnu::noinline]] void operator delete(void* there, std::size_t) noexcept
{
    std::free(there);
}

namespace {

using namespace breakwatch;
using namespace breakwatch::test;

const auto kPhone = mac("02:1a:10:00:10:01");
const auto kGateway = mac("02:1a:10:00:00:fe");
const auto kClient = ip("10.77.20.5");
const auto kServer = ip("198.51.100.7");
constexpr auto kLongName = "media-fra3-1.cdn.x.example";  // of the platform

// Frames that are made before anything is counted.
class Frames {
  public:
    void up(std::uint8_t protocol, const Octets& payload)
    {
        frames_.push_back(ethernet(kGateway, kPhone, 0x0800, ip_packet(kClient, kServer, protocol, payload)));
    }
    void down(std::uint8_t protocol, const Octets& payload)
    {
        frames_.push_back(ethernet(kPhone, kGateway, 0x0800, ip_packet(kServer, kClient, protocol, payload)));
    }
    // Of a connection that is opened, names its server and is asked for something.
    void open(std::uint16_t port)
    {
        const auto hello = hello_to(kLongName);
        up(6, tcp({.source = port, .destination = 443, .sequence = 999, .flags = 0x02, .payload = {}}));
        down(6, tcp({.source = 443, .destination = port, .sequence = 4'999, .flags = 0x12, .payload = {}}));
        up(6, tcp({.source = port, .destination = 443, .sequence = 1'000, .payload = hello, .acknowledgement = 5'000}));
        down(6, tcp({.source = 443, .destination = port, .sequence = 5'000, .payload = tls_record(Octets(90, 2))}));
    }
    void close(std::uint16_t port)
    {
        up(6, tcp({.source = port, .destination = 443, .sequence = 1'500, .flags = 0x11, .payload = {}}));
        down(6, tcp({.source = 443, .destination = port, .sequence = 6'000, .flags = 0x11, .payload = {}}));
    }
    // As packets that are a microsecond apart.
    std::vector<Packet> packets(Timestamp from) const
    {
        std::vector<Packet> all;
        for (const auto& frame : frames_) {
            all.push_back({from, 1, frame, static_cast<std::uint32_t>(frame.size())});
            from += std::chrono::microseconds{1};
        }
        return all;
    }

  private:
    std::vector<Octets> frames_;
};

// Of `counted`, once `before` has gone through.
std::size_t allocated(DissectorEvents& events, const Frames& before, const Frames& counted)
{
    Dissector dissector(opening_all_tunnels(), events);
    const auto first = before.packets(at("09:00"));
    const auto second = counted.packets(at("09:00") + std::chrono::milliseconds{20});
    dissector.process(first);
    const auto until = allocations;
    dissector.process(second);
    return allocations - until;
}

Frames download()
{
    Frames frames;
    std::uint32_t sequence = 5'095;
    const auto record = tls_record(Octets(1'395, 7), 23);
    for (int i = 0; i < 20'000; ++i, sequence += 1'400) {
        frames.down(6, tcp({.source = 443, .destination = 50'000, .sequence = sequence, .payload = record}));
        if (i % 2 == 0) frames.up(6, tcp({.source = 50'000, .destination = 443, .sequence = 1'300, .payload = {}}));
        if (i % 4 == 0) frames.down(17, udp(443, 50'001, Octets(1'200, 0x41)));
    }
    return frames;
}

Frames connections(std::uint16_t from, std::uint16_t to)
{
    Frames frames;
    for (auto port = from; port < to; ++port) {
        frames.open(port);
        frames.close(port);
    }
    return frames;
}

Frames initials(std::uint16_t from, std::uint16_t to)
{
    Frames frames;
    const auto initial = seal_initial(
        {.source_id = {}, .token = {}, .frames = crypto_frame(0, client_hello(server_name_extension(kLongName)))});
    for (auto port = from; port < to; ++port) frames.up(17, udp(port, 443, initial));
    return frames;
}

// A long name as it was sent and as it is told; of an Initial its search, besides.
constexpr std::size_t kOfConnection = 1;
constexpr std::size_t kOfInitial = 2;
constexpr std::size_t kGrowth = 20;  // of tables
int failures = 0;

void expect(const std::string& what, std::size_t counted, std::size_t most)
{
    const bool good = counted <= most;
    std::printf("%s: %zu allocations, at most %zu (%s)\n", what.c_str(), counted, most, good ? "ok" : "FAILED");
    if (!good) ++failures;
}

}  // namespace

int main()
{
    const PlatformCatalog catalog({{"x", ".x.example", Role::api, Tier::b, false, Surface::public_, {}, {}}});
    const auto enrolled = std::make_shared<const DeviceFilter>(DeviceFilter{.all = false, .macs = {kPhone}, .ips = {}});
    const auto nobody = std::make_shared<const DeviceFilter>();
    Frames known;
    known.open(50'000);
    known.down(17, udp(443, 50'001, Octets(1'200, 0x41)));
    known.up(17, udp(50'001, 443, Octets(60, 0x41)));
    const auto sensor_of = [&](const std::shared_ptr<const DeviceFilter>& filter) {
        return std::make_unique<Sensor>(catalog, filter, [](Observation&&) {});
    };
    DissectorEvents names;
    expect("known flows, names alone", allocated(names, known, download()), 0);
    expect("known flows of an enrolled device", allocated(*sensor_of(enrolled), known, download()), 0);
    expect("flows of nobody", allocated(*sensor_of(nobody), known, download()), 0);
    constexpr std::size_t kMany = 1'000;
    // Tables grow with the first thousand; what a connection of the second takes is what each takes.
    expect("connections, names alone", allocated(names, connections(1'000, 2'000), connections(2'000, 3'000)),
           kMany * kOfConnection + kGrowth);
    expect("Initials", allocated(names, initials(1'000, 2'000), initials(2'000, 3'000)), kMany * kOfInitial + kGrowth);
    return failures == 0 ? 0 : 1;
}
