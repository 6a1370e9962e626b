// One capture thread's whole path from facts on the wire to observations: exchanges with platforms,
// leases, address sightings, traffic volumes, signs of spoofing. Of devices that are not enrolled only this is told: an
// address is somebody else's now.
// Everything happens on the capture thread, by packet time, except set_filter (any thread).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/device_filter.hpp"
#include "capture/dhcp_watch.hpp"
#include "capture/link_config.hpp"
#include "capture/router_watch.hpp"
#include "capture/volume_meter.hpp"
#include "flow/dissector.hpp"
#include "flow/exchange_tracker.hpp"
#include "flow/rate_shares.hpp"
#include "flow/source_shares.hpp"
#include "policy/counters.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

struct SensorLimits {
    std::size_t flows = 200'000;               // flows of enrolled devices at once
    std::size_t trackers = 50'000;             // of those, flows to platforms
    std::size_t volume_entries = 100'000;      // device and platform pairs in one slice
    std::size_t addresses = 50'000;            // addresses learned from leases; sightings remembered
    std::size_t addresses_of_device = 256;     // of those, one device's
    std::uint32_t of_device_per_second = 256;  // exchanges, and statements about its addresses, of one device
    std::uint32_t others_per_second = 200;     // statements about devices that are nobody's, on addresses not known yet
};

#define BREAKWATCH_SENSOR_COUNTERS(COUNTER)                                                                         \
    COUNTER(exchanges, total, "exchanges with platforms that were told")                                            \
    COUNTER(leases, total, "leases of enrolled devices")                                                            \
    COUNTER(sightings, total, "addresses that enrolled devices were seen with")                                     \
    COUNTER(others, total, "statements about devices that are nobody's")                                            \
    COUNTER(others_refused, limited, "statements about devices that are nobody's, of too many in a second")         \
    COUNTER(suspicions, total, "signs of spoofing")                                                                 \
    COUNTER(flows_refused, limited, "flows of a device that has more than its share, or than all may have")         \
    COUNTER(trackers_refused, refused, "flows to platforms, of which the volume alone is kept")                     \
    COUNTER(exchanges_refused, limited, "exchanges of a device that has more in a second than a device has")        \
    COUNTER(addresses_refused, limited, "addresses of a device that has more than its share, or the oldest of all") \
    COUNTER(volumes_refused, refused, "volumes of traffic of a device on a platform")                               \
    COUNTER(name_conflicts, total, "flows of enrolled devices with two hellos: nothing is made of them")            \
    COUNTER(encrypted_hellos, total, "flows of enrolled devices whose server stayed hidden")

struct SensorCounters {
    BREAKWATCH_COUNTERS(BREAKWATCH_SENSOR_COUNTERS)
};

class Sensor final : public DissectorEvents {
  public:
    using Handler = std::function<void(Observation&&)>;

    // `catalog` outlives the sensor, or its replacement by use(). `filter` may be replaced later.
    Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter, Handler handler,
           const SensorLimits& limits = {}, const LinkConfig& link = {});
    ~Sensor() override;

    // Any thread. Devices no longer in it lose their state at the next packet.
    void set_filter(std::shared_ptr<const DeviceFilter> filter);
    // Another catalogue from here on: what is told next carries its numbers. Flows go on, and so does an exchange that
    // is under way; only flows to servers that the old one did not know stay unknown, since their names were not kept.
    void use(const PlatformCatalog& catalog);
    // Packet time moves on: tells exchanges and slices that time alone has ended. To be called with
    // each batch of packets, and on a quiet link with the clock's time.
    void advance(Timestamp now);
    // End of input, after Dissector::finish().
    void finish();
    SensorCounters counters() const;
    // Rows in its tables at present.
    struct Rows {
        std::size_t flows = 0;
        std::size_t trackers = 0;
        std::size_t volumes = 0;
        std::size_t addresses = 0;  // of the fullest of the tables of them
    };
    Rows rows() const;
    static std::size_t octets_per_connection();
    static std::size_t octets_per_tracker();

    bool wants_flow(const FiveTuple& tuple, const MacAddress& source, const MacAddress& destination) override;
    SourceShares::Bucket share_of_sender(const FiveTuple& tuple, const MacAddress& source) override;
    bool is_outer_name(std::string_view name) override;
    void on_server_name(Flow& flow, const ServerName& name, Timestamp at) override;
    void on_loss(Loss loss, Timestamp at) override;
    void on_name_conflict(Flow& flow, Timestamp at) override;
    void on_segment(Flow& flow, const Segment& segment) override;
    void on_flow_end(Flow& flow) override;
    void on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context) override;
    void on_dhcpv6(const Dhcpv6Message& message, const FiveTuple& tuple, const FrameContext& context) override;
    void on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& context) override;

  private:
    // An address in use is told again this often, not with each ARP.
    static constexpr Duration kSightingEvery = std::chrono::minutes{1};

    // What is kept of one flow of an enrolled device; Flow::attachment is its index.
    struct Attached {
        Device device;
        std::uint64_t flow = 0;
        Duration round_trip{0};
        std::optional<PlatformMatch> match;
        std::string server_name;  // of platforms only
        NameOrigin origin = NameOrigin::dns;
        NameClass named = NameClass::unnamed;
        Transport transport = Transport::tls;
        bool device_is_responder = false;
        std::uint32_t index = 0;
        bool in_use = false;
        bool ticking = false;            // in open_, because its tracker has an exchange open
        SourceShares::Bucket share = 0;  // of the device
        Timestamp sight_again;           // when its address is told as in use the next time
        std::uint32_t straight = 0;      // packets of the device with a hop limit as sent
        std::uint32_t hopped = 0;        // and with one less, or some: they came from behind it
        std::unique_ptr<ExchangeTracker> tracker;
        VolumeMeter::Entry* volume = nullptr;  // of this slice
    };

    Attached* attach(Flow& flow);
    void forget(Attached& attached);
    void untrack(Attached& attached);
    void track(Attached& attached, const Flow& flow, const ServerName& name, const PlatformMatch& match);
    void measure(Attached& attached, const Segment& segment, bool upstream);
    void tell(const Attached& attached, const std::optional<ExchangeShape>& shape);
    void tick(Timestamp now);
    // Whose packet it is, by what its frame shows.
    enum class Side : std::uint8_t { by_mac, by_address, nobodys };

    void renew_filter();
    bool address_known(const IpAddress& ip) const;
    Side side_of(const MacAddress& mac, const IpAddress& ip) const;
    void note_stranger(const MacAddress& mac, const IpAddress& ip);
    void note_vlan(const MacAddress& mac, std::uint16_t vlan, Timestamp at);
    void on_answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context);
    void on_ending(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context);
    bool may_tell_other(const IpAddress& ip, Timestamp at);
    void tell_lease(Lease lease);
    void tell_sighting(const AddressSighting& sighting);
    void tell_other_sighting(AddressSighting sighting);
    bool suspicion_due(Suspicion::Kind kind, Timestamp at, const MacAddress& mac = {}, const IpAddress& ip = {});
    void suspect(Suspicion::Kind kind, std::string_view what, Timestamp at, const MacAddress& mac = {},
                 const IpAddress& ip = {});

    const PlatformCatalog* catalog_;
    SensorLimits limits_;
    Handler handler_;
    FilterInForce in_force_;
    std::uint64_t filter_version_ = 0;
    std::shared_ptr<const DeviceFilter> filter_;
    VolumeMeter meter_;
    std::deque<Attached> attached_;  // [0] is never used
    std::vector<std::uint32_t> free_;
    // Attachments whose tracker may end an exchange by time, and of which flow; one that has ended stays until the next
    // tick.
    std::vector<std::pair<std::uint32_t, std::uint64_t>> open_;
    std::size_t trackers_ = 0;
    SourceShares flows_of_;
    SourceShares trackers_of_;
    RateShares exchanges_of_;
    RateShares statements_of_;
    std::unordered_map<IpAddress, std::pair<MacAddress, Timestamp>> learned_;  // leased to enrolled devices
    using Sighted = std::tuple<MacAddress, IpAddress, bool>;                   // by frame or statement
    std::map<Sighted, Timestamp> sighted_;                                     // when last told
    std::set<std::pair<MacAddress, IpAddress>> others_;  // told in this minute, of nobody's devices
    Timestamp others_since_;
    Timestamp budget_since_;
    std::uint32_t budget_spent_ = 0;
    RouterWatch routers_;
    DhcpWatch dhcp_;
    struct Vlans {
        std::uint16_t now = 0;
        std::uint16_t before = 0;
        Timestamp moved;
    };
    std::unordered_map<MacAddress, Vlans> vlans_;  // of enrolled devices
    Timestamp now_;
    Timestamp next_tick_;
    std::map<std::tuple<Suspicion::Kind, MacAddress, IpAddress>, Timestamp> suspected_;  // when last told
    // The same of what is about no device and no address, as floods are.
    std::array<std::optional<Timestamp>, static_cast<std::size_t>(Suspicion::Kind::count)> suspected_of_nobody_;
    SensorCounters counters_;
};

}  // namespace breakwatch
