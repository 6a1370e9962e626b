#include "app/replay_path.hpp"

#include <utility>

#include "app/replay_workers.hpp"
#include "capture/replay_ticks.hpp"
#include "capture/sensor.hpp"

namespace breakwatch {

namespace {

class OneWorker final : public ReplayPath {
  public:
    OneWorker(const Settings& settings, Teller::Handler told, OnTick on_tick)
        : on_tick_(std::move(on_tick)),
          sensor_(settings.catalog, settings.filter, std::move(told), settings.sensor, settings.link),
          dissector_(settings.dissector, sensor_)
    {}

    void take(std::span<const Packet> packets, const CaptureFiles&) override
    {
        std::size_t begin = 0;
        for (std::size_t i = 0; i < packets.size(); ++i) {
            const auto due = ticks_.at(packets[i].time);
            if (due == ReplayTicks::Due::nothing) continue;
            dissector_.process(packets.subspan(begin, i - begin));
            begin = i + 1;
            pass(packets[i], due);
        }
        dissector_.process(packets.subspan(begin));
    }
    void settle() override {}
    void finish() override
    {
        dissector_.finish();
        sensor_.finish();
    }
    void set_filter(const std::shared_ptr<const DeviceFilter>& filter) override
    {
        sensor_.set_filter(filter);
        sensor_.renew_filter();
    }
    DecodeCounters decode_counters() const override { return dissector_.counters(); }
    SensorCounters sensor_counters() const override { return sensor_.counters(); }
    std::uint64_t packets() const override { return dissector_.counters().packets; }

  private:
    // What the time of a packet has ended is told before what it shows.
    void pass(const Packet& packet, ReplayTicks::Due due)
    {
        dissector_.advance(packet.time);
        sensor_.advance(packet.time);
        dissector_.process(packet);
        if (due == ReplayTicks::Due::tick) on_tick_(packet.time);
    }

    OnTick on_tick_;
    ReplayTicks ticks_;
    Sensor sensor_;
    Dissector dissector_;
};

}  // namespace

std::unique_ptr<ReplayPath> ReplayPath::make(const Settings& settings, Teller::Handler told, OnTick on_tick)
{
    if (settings.workers <= 1) return std::make_unique<OneWorker>(settings, std::move(told), std::move(on_tick));
    return std::make_unique<ReplayWorkers>(settings, std::move(told), std::move(on_tick));
}

}  // namespace breakwatch
