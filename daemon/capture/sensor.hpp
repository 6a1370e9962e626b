// One capture thread's whole path from facts on the wire to observations: exchanges with platforms,
// leases, address sightings, traffic volumes, signs of spoofing. Of devices that are not enrolled only this is told: an
// address is somebody else's now.
// Everything happens on the capture thread, by packet time, except set_filter (any thread).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/device_filter.hpp"
#include "capture/dhcp_watch.hpp"
#include "capture/link_config.hpp"
#include "capture/router_watch.hpp"
#include "capture/sensor_limits.hpp"
#include "capture/statement.hpp"
#include "capture/teller.hpp"
#include "capture/volume_meter.hpp"
#include "flow/dissector.hpp"
#include "flow/exchange_tracker.hpp"
#include "flow/source_shares.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

class Sensor final : public DissectorEvents {
  public:
    using Handler = Teller::Handler;

    // `catalog` outlives the sensor, or its replacement by use(). `filter` may be replaced later.
    Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter, Handler handler,
           const SensorLimits& limits = {}, const LinkConfig& link = {});
    // One of several, behind as many dissectors, with one teller behind `sink`, which outlives it: says what its own
    // flows show, and the first what all of them read.
    Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter, StatementSink& sink,
           const SensorLimits& limits, const LinkConfig& link, Shard shard);
    ~Sensor() override;

    // Any thread. Devices no longer in it lose their state at the next packet.
    void set_filter(std::shared_ptr<const DeviceFilter> filter);
    // The same at once, where no packet is being looked at.
    void renew_filter();
    // Another catalogue from here on: what is told next carries its numbers. Flows go on, and so does an exchange that
    // is under way; only flows to servers that the old one did not know stay unknown, since their names were not kept.
    void use(const PlatformCatalog& catalog);
    // Packet time moves on: tells exchanges and slices that time alone has ended. To be called with
    // each batch of packets, and on a quiet link with the clock's time; where several sensors have one teller, of all
    // at the same packets.
    void advance(Timestamp now);
    // What the flows of all sensors with one teller have shown of routers.
    void learn(std::span<const RouterFact> facts);
    // End of input, after Dissector::finish().
    void finish();
    SensorCounters counters() const;
    // Rows in its tables at present.
    struct Rows {
        std::size_t flows = 0;
        std::size_t trackers = 0;
        std::size_t volumes = 0;
        std::size_t addresses = 0;  // of the fullest of the tables of them

        void add(const Rows& other);
    };
    Rows rows() const;
    static std::size_t octets_per_connection();
    static std::size_t octets_per_tracker();

    bool wants_flow(const FiveTuple& tuple, const FrameContext& context) override;
    SourceShares::Bucket share_of_sender(const FiveTuple& tuple, const FrameContext& context) override;
    bool may_matter(std::string_view name) override;
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
    Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter, std::unique_ptr<Teller> teller,
           StatementSink* sink, const SensorLimits& limits, const LinkConfig& link, Shard shard);

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
    void say(Statement&& statement, std::uint64_t order = 0) { sink_->take(std::move(statement), order); }
    void say_exchange(const Attached& attached, const std::optional<ExchangeShape>& shape, Timestamp at,
                      std::uint64_t order);
    void say_flood(std::string_view what, Timestamp at);
    void say_slice();
    void pass(Timestamp now);
    // Whose packet it is, by what its frame shows.
    enum class Side : std::uint8_t { by_mac, by_address, nobodys };

    bool address_known(const IpAddress& ip, Timestamp at) const;
    Side side_of(const MacAddress& mac, const IpAddress& ip, Timestamp at) const;
    void note_stranger(const MacAddress& mac, const IpAddress& ip, Timestamp at);
    void note_vlan(const MacAddress& mac, std::uint16_t vlan, Timestamp at, bool mine);
    void on_answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context);
    void on_ending(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context);
    void note_lease(const Lease& lease);
    void note_local(const IpAddress& ip);
    void suspect(SuspicionSaid said);

    const PlatformCatalog* catalog_;
    SensorLimits limits_;
    const Shard shard_;
    const std::unique_ptr<Teller> teller_;  // of this sensor alone; null: several share one
    StatementSink* const sink_;
    FilterInForce in_force_;
    std::uint64_t filter_version_ = 0;
    std::shared_ptr<const DeviceFilter> filter_;
    VolumeMeter meter_;
    std::deque<Attached> attached_;  // [0] is never used
    std::vector<std::uint32_t> free_;
    // An attachment whose tracker may end an exchange by time, of which flow, and since which packet; one that has
    // ended stays until time is asked again.
    struct Open {
        std::uint32_t attached = 0;
        std::uint64_t flow = 0;
        std::uint64_t since = 0;
    };
    std::vector<Open> open_;
    std::size_t trackers_ = 0;
    SourceShares flows_of_;
    SourceShares trackers_of_;
    std::unordered_map<IpAddress, std::pair<MacAddress, Timestamp>> learned_;  // leased to enrolled devices
    RouterWatch routers_;
    DhcpWatch dhcp_;
    Timestamp now_;
    Timestamp next_tick_;
    Timestamp learnt_;
    SensorCounters counters_;
};

}  // namespace breakwatch
