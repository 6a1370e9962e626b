// From what sensors say to observations: each fact once, so many a second of one device, and what in them is a sign of
// spoofing. One teller hears all sensors of a capture, in the order of its packets; one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/device_filter.hpp"
#include "capture/link_config.hpp"
#include "capture/router_watch.hpp"
#include "capture/sensor_limits.hpp"
#include "capture/statement.hpp"
#include "flow/rate_shares.hpp"

namespace breakwatch {

class Teller final : public StatementSink {
  public:
    using Handler = std::function<void(Observation&&)>;

    Teller(Handler handler, const SensorLimits& limits, const LinkConfig& link);

    void take(Statement&& statement, std::uint64_t order) override;
    // Devices that are no longer wanted lose their state.
    void keep_only(const DeviceFilter& filter);
    // What flows have shown of routers since the last call, for the sensors' learn().
    std::vector<RouterFact> take_router_facts() { return std::exchange(router_facts_, {}); }
    const SensorCounters& counters() const { return counters_; }
    // Rows of the fuller of its tables.
    std::size_t addresses() const;

  private:
    // An address in use is told again this often, not with each ARP.
    static constexpr Duration kSightingEvery = std::chrono::minutes{1};

    void tell(ExchangeSaid&& said);
    void tell(SightingSaid&& said);
    void tell(LeaseSaid&& said);
    void tell(OtherSightingSaid&& said);
    void tell(OtherLeaseSaid&& said);
    void tell(StrangerSaid&& said);
    void tell(VlanSaid&& said);
    void tell(LocalSaid&& said);
    void tell(SuspicionSaid&& said);
    void tell(LossSaid&& said);
    void tell(VolumeSaid&& said);

    bool tell_other(AddressSighting sighting, bool known, bool named);
    bool may_tell_other(bool known, Timestamp at);
    bool suspicion_due(const SuspicionSaid& said);

    SensorLimits limits_;
    Handler handler_;
    RateShares exchanges_of_;
    RateShares statements_of_;
    using Sighted = std::tuple<MacAddress, IpAddress, bool>;  // by frame or statement
    std::map<Sighted, Timestamp> sighted_;                    // when last told
    std::set<std::pair<MacAddress, IpAddress>> others_;       // told in this minute, of nobody's devices
    Timestamp others_since_;
    Timestamp budget_since_;
    std::uint32_t budget_spent_ = 0;
    RouterWatch routers_;
    std::vector<RouterFact> router_facts_;
    struct Vlans {
        std::uint16_t now = 0;
        std::uint16_t before = 0;
        Timestamp moved;
    };
    std::unordered_map<MacAddress, Vlans> vlans_;                                        // of enrolled devices
    std::map<std::tuple<Suspicion::Kind, MacAddress, IpAddress>, Timestamp> suspected_;  // when last told
    // The same of what is about no device and no address, as floods are.
    std::array<std::optional<Timestamp>, static_cast<std::size_t>(Suspicion::Kind::count)> suspected_of_nobody_;
    SensorCounters counters_;
};

}  // namespace breakwatch
