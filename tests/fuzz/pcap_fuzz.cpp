// The whole way from packets to observations, under small limits so that each "full" is reached.
// First octet: link type. Then packets: how time goes on, length (high bit: cut by the snap length), octets.
#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "capture/sensor.hpp"
#include "flow/dissector.hpp"
#include "flow/packet.hpp"
#include "fuzz/exchange_promises.hpp"
#include "fuzz/target.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

DissectorLimits small_limits()
{
    auto limits = opening_all_tunnels();
    limits.flows = 8;
    limits.hello_bytes = 4'096;
    limits.hello_flows = 3;
    limits.hello_memory = 8'192;
    limits.fragment_bytes = 8'192;
    limits.name_cache_bytes = 4'096;
    limits.tunnel_depth = 4;
    return limits;
}

const PlatformCatalog& catalog()
{
    static const PlatformCatalog one({{"x", ".x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                      {"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}},
                                      {"x", "front.example", Role::outer, Tier::b, false, Surface::both, {}, {}}});
    return one;
}

std::shared_ptr<const DeviceFilter> filter(bool all)
{
    return std::make_shared<const DeviceFilter>(
        DeviceFilter{all, {test::mac("02:1a:10:00:10:01"), test::mac("02:1a:10:00:10:02")}, {test::ip("10.77.20.33")}});
}

// Passes everything on to the sensor, and looks at what it is told.
class Watched final : public DissectorEvents {
  public:
    explicit Watched(Sensor& sensor) : sensor_(sensor) {}

    std::size_t open_flows() const { return open_.size(); }

    bool wants_flow(const FiveTuple& tuple, const FrameContext& context) override
    {
        return sensor_.wants_flow(tuple, context);
    }
    SourceShares::Bucket share_of_sender(const FiveTuple& tuple, const FrameContext& context) override
    {
        return sensor_.share_of_sender(tuple, context);
    }
    bool is_outer_name(std::string_view name) override { return sensor_.is_outer_name(name); }
    void on_server_name(Flow& flow, const ServerName& name, Timestamp at) override
    {
        check(flow);
        promise(is_normal_name(name.name) && !name.name.ends_with('.'), "a server name is a normal name");
        promise(name.encrypted || !name.name.empty(), "a name that is known is there");
        sensor_.on_server_name(flow, name, at);
    }
    void on_segment(Flow& flow, const Segment& segment) override
    {
        check(flow);
        touch(segment.payload);
        promise(segment.payload.size() <= segment.payload_length, "no more is captured than was sent");
        sensor_.on_segment(flow, segment);
    }
    void on_flow_end(Flow& flow) override
    {
        open_.erase(flow.id);
        promise(ended_.insert(flow.id).second, "a flow ends once");
        sensor_.on_flow_end(flow);
    }
    void on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& frame) override
    {
        sensor_.on_dhcp(message, tuple, frame);
    }
    void on_dhcpv6(const Dhcpv6Message& message, const FiveTuple& tuple, const FrameContext& frame) override
    {
        sensor_.on_dhcpv6(message, tuple, frame);
    }
    void on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& frame) override
    {
        sensor_.on_address(mac, ip, frame);
    }

  private:
    void check(const Flow& flow)
    {
        promise(flow.id > 0 && !ended_.contains(flow.id), "a flow that ended says nothing more");
        promise(flow.first_seen <= flow.last_seen, "a flow is seen first before it is seen last");
        promise(flow.server_round_trip >= Duration{0}, "a round trip takes time");
        open_.insert(flow.id);
    }

    Sensor& sensor_;
    std::set<std::uint64_t> open_;  // of those that were told of
    std::set<std::uint64_t> ended_;
};

void check(const Observation& seen)
{
    if (const auto* exchange = std::get_if<Exchange>(&seen)) check_exchange(*exchange);
    if (const auto* lease = std::get_if<Lease>(&seen)) {
        promise(lease->until >= lease->from, "a lease is for a time");  // without a MAC: somebody else's
    }
    if (const auto* volume = std::get_if<TrafficVolume>(&seen)) {
        promise(volume->length > Duration{0}, "a volume is of a time");
        promise(volume->up + volume->down == volume->named + volume->by_dns + volume->encrypted + volume->unnamed,
                "each byte is counted once");
    }
}

// What stands before each packet.
enum Step : std::uint8_t { kSeconds = 200, kLongSilence = 250, kNewFilter = 251, kQuietLink = 252, kBackwards = 253 };

Duration step_of(std::uint8_t step)
{
    if (step < kSeconds) return std::chrono::milliseconds{step * 10};
    if (step < kLongSilence) return std::chrono::seconds{step - kSeconds};
    if (step == kLongSilence) return std::chrono::minutes{10};
    return step == kBackwards ? std::chrono::seconds{-3} : std::chrono::seconds{1};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::array kLinks{1, 101, 127, 113, 276, 0, 9, 105};
    const auto limits = small_limits();
    SensorLimits sensor_limits;
    sensor_limits.flows = 6;
    sensor_limits.trackers = 3;
    sensor_limits.volume_entries = 3;
    sensor_limits.addresses = 3;
    Sensor sensor(catalog(), filter(false), check, sensor_limits);
    Watched watched(sensor);
    Dissector dissector(limits, watched);

    ByteReader in(Bytes(data, size));
    Packet packet;
    packet.link_type = kLinks.at(in.u8() % kLinks.size());
    packet.time = Timestamp{std::chrono::seconds{1'795'420'800}};
    bool all = false;
    std::uint64_t packets = 0;
    while (!in.empty()) {
        const auto step = in.u8();
        packet.time += step_of(step);
        if (step == kNewFilter) sensor.set_filter(filter(all = !all));
        if (step == kQuietLink) {
            dissector.advance(packet.time);
            sensor.advance(packet.time);
            continue;
        }
        const auto length = in.u16();
        packet.bytes = in.take_at_most(length & 0x7fffU);
        packet.wire_length = static_cast<std::uint32_t>(packet.bytes.size() + ((length & 0x8000U) != 0 ? 100 : 0));
        dissector.process(packet);
        sensor.advance(packet.time);
        ++packets;
        promise(dissector.flow_count() <= limits.flows, "flows are bounded");
    }
    dissector.finish();
    sensor.finish();
    promise(dissector.flow_count() == 0 && watched.open_flows() == 0, "every flow ends");
    promise(dissector.counters().packets == packets, "every packet is counted");
    return 0;
}
