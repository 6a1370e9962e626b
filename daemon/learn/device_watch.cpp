#include "learn/device_watch.hpp"

#include <utility>
#include <variant>

#include "capture/packet_ring.hpp"

namespace breakwatch {
namespace {

// A packet may be handed over this much later than it was stamped: a quiet link's time is told only up to here.
constexpr Duration kRingDelay = std::chrono::seconds{2};

std::shared_ptr<const DeviceFilter> only(const MacAddress& device)
{
    auto filter = std::make_shared<DeviceFilter>();
    filter->macs.insert(device);
    return filter;
}

}  // namespace

std::string filter_for(const MacAddress& device, const std::string& site_filter)
{
    const auto own = "ether host " + to_string(device);
    return site_filter.empty() ? own : own + " and (" + site_filter + ")";
}

std::expected<std::unique_ptr<DeviceWatch>, std::string> DeviceWatch::open(LiveSettings settings,
                                                                           const MacAddress& device,
                                                                           const PlatformCatalog& catalog)
{
    settings.filter = filter_for(device, settings.filter);
    auto opened = open_live(settings);
    if (!opened) return std::unexpected(opened.error());
    return std::make_unique<DeviceWatch>(std::move(opened->source), device, catalog);
}

DeviceWatch::DeviceWatch(std::unique_ptr<PacketSource> source, const MacAddress& device, const PlatformCatalog& catalog,
                         std::size_t most_exchanges)
    : source_(std::move(source)),
      most_(most_exchanges),
      sensor_(catalog, only(device), [this](Observation&& observation) { keep(std::move(observation)); }),
      dissector_({}, sensor_)
{}

void DeviceWatch::keep(Observation&& observation)
{
    auto* exchange = std::get_if<Exchange>(&observation);
    if (exchange == nullptr) return;
    if (exchanges_.size() >= most_) {
        ++refused_;
        return;
    }
    exchanges_.push_back(std::move(*exchange));
}

std::expected<void, std::string> DeviceWatch::take(Timestamp now)
{
    const auto state = source_->next_batch(PacketSource::kBatch, [this](std::span<const Packet> packets) {
        packets_ += packets.size();
        for (const auto& packet : packets) {
            sensor_.advance(packet.time);
            dissector_.process(packet);
        }
    });
    if (!state) return std::unexpected(state.error());
    dissector_.advance(now - kRingDelay);
    sensor_.advance(now - kRingDelay);
    return {};
}

std::vector<Exchange> DeviceWatch::finish()
{
    dissector_.finish();
    sensor_.finish();
    return std::exchange(exchanges_, {});
}

std::uint64_t DeviceWatch::lost() const
{
    const auto counters = source_->counters();
    return counters.dropped_by_kernel + counters.dropped_by_interface;
}

}  // namespace breakwatch
