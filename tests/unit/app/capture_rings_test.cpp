// Several rings of one interface tell what one ring tells.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "app/capture_stage.hpp"
#include "base/clock.hpp"
#include "support/random_capture.hpp"
#include "unit/app/announcements.hpp"
#include "unit/app/observation_words.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

std::shared_ptr<const PlatformCatalog> catalog()
{
    return std::make_shared<const PlatformCatalog>(
        std::vector<PlatformRow>{{"x", ".x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                 {"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}}});
}

std::shared_ptr<const DeviceFilter> enrolled()
{
    auto filter = std::make_shared<DeviceFilter>();
    for (unsigned i = 0; i + 2 < RandomCapture::kDevices; ++i) filter->macs.insert(RandomCapture::mac_of(i));
    for (unsigned i = 0; i < 6; ++i) filter->ips.insert(ip(RandomCapture::ip_of(i)));
    return filter;
}

// Gives all of a capture at once, as a kernel does that keeps nothing from a ring, and then nothing.
class AtOnce final : public PacketSource {
  public:
    AtOnce(const RandomCapture& capture, Timestamp begin) : capture_(capture), begin_(begin) {}

    std::expected<State, std::string> next_batch(std::size_t, const Handler& handler) override
    {
        if (given_) {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            return State::idle;
        }
        given_ = true;
        std::vector<Packet> packets;
        for (const auto& frame : capture_.frames()) {
            Packet packet;
            packet.time = begin_ + std::chrono::microseconds{frame.microseconds};
            packet.bytes = frame.octets;
            packet.wire_length = static_cast<std::uint32_t>(frame.on_wire);
            packets.push_back(packet);
        }
        constexpr std::size_t kTogether = 64;
        for (std::size_t i = 0; i < packets.size(); i += kTogether)
            handler(std::span(packets).subspan(i, std::min(kTogether, packets.size() - i)));
        return State::more;
    }
    SourceCounters counters() const override { return {.received = capture_.frames().size()}; }

  private:
    const RandomCapture& capture_;
    Timestamp begin_;
    bool given_ = false;
};

struct Told {
    std::map<std::string, std::multiset<std::string>> of_kind;  // by the first word
    std::uint64_t packets = 0;
    bool ticks_in_order = true;
};

void add(TrafficVolume& sum, const TrafficVolume& part)
{
    if (sum.length == Duration{0}) {
        sum = part;
        return;
    }
    sum.up += part.up;
    sum.down += part.down;
    sum.named += part.named;
    sum.by_dns += part.by_dns;
    sum.encrypted += part.encrypted;
    sum.unnamed += part.unnamed;
}

Told told_by(unsigned rings, const RandomCapture& capture, Timestamp begin)
{
    CaptureConfig config;
    config.interfaces = {"no-such-if0"};
    config.rings = static_cast<int>(rings);
    config.mirrors = {};
    std::vector<std::unique_ptr<PacketSource>> sources;
    for (unsigned i = 0; i < rings; ++i) sources.push_back(std::make_unique<AtOnce>(capture, begin));
    Told told;
    std::map<std::tuple<Device, std::string, Timestamp>, TrafficVolume> volumes;
    const auto tell = [&](const Observation& observation) {
        Words words;
        std::visit(words, observation);
        const auto line = words.out.str();
        told.of_kind[line.substr(0, line.find(' '))].insert(line);
    };
    Timestamp ticked;
    boost::asio::io_context io;
    CaptureStage stage(io, config, std::move(sources), catalog(), enrolled(), MemoryPlan(),
                       {[&](Observation observation, SourceId) {
                            if (const auto* tick = std::get_if<Tick>(&observation)) {
                                told.ticks_in_order = told.ticks_in_order && tick->now >= ticked;
                                ticked = tick->now;
                                return;
                            }
                            if (std::holds_alternative<FeedState>(observation)) return;
                            if (auto* exchange = std::get_if<Exchange>(&observation)) exchange->flow = 0;
                            // The slice at the end is told by each ring when it hears of it; of a device in two VLANs
                            // within a slice each ring knows its own.
                            if (auto* volume = std::get_if<TrafficVolume>(&observation)) {
                                volume->device.vlan = 0;
                                return add(volumes[{volume->device, volume->platform, volume->from}], *volume);
                            }
                            tell(observation);
                        },
                        [](std::uint32_t) {}});
    stage.start();
    const auto done = [&] {
        const auto status = total(stage.status());
        return status.source.received == rings * capture.frames().size() &&
               io.run_one_for(std::chrono::milliseconds{1}) == 0;
    };
    for (int i = 0; i < 6'000 && !done(); ++i) io.run_one_for(std::chrono::milliseconds{5});
    stage.stop();
    for (const auto& [key, volume] : volumes) tell(volume);
    const auto status = total(stage.status());
    told.packets = status.decode.packets;
    CHECK(status.rings.size() == (rings > 1 ? rings : 0));
    CHECK(status.dropped_observations == 0);
    return told;
}

}  // namespace

TEST_CASE("what a capture shows is the same by one ring and by several: exchanges, leases, addresses, volumes, signs")
{
    const Timestamp begin = std::chrono::floor<std::chrono::hours>(wall_clock()) - std::chrono::hours{24};
    std::size_t exchanges = 0;
    std::size_t volumes = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        const RandomCapture capture(seed);
        const auto one = told_by(1, capture, begin);
        for (const unsigned rings : {2U, 3U}) {
            CAPTURE(seed);
            CAPTURE(rings);
            const auto several = told_by(rings, capture, begin);
            CHECK(several.packets == one.packets);
            CHECK(several.ticks_in_order);
            for (const auto& [kind, lines] : one.of_kind) {
                CAPTURE(kind);
                const auto found = several.of_kind.find(kind);
                REQUIRE(found != several.of_kind.end());
                std::vector<std::string> differ;
                std::ranges::set_symmetric_difference(found->second, lines, std::back_inserter(differ));
                CHECK_MESSAGE(differ.empty(), (differ.empty() ? std::string() : differ.front()));
            }
            CHECK(several.of_kind.size() == one.of_kind.size());
        }
        exchanges += one.of_kind.at("exchange").size();
        volumes += one.of_kind.at("volume").size();
    }
    CHECK(exchanges > 100);
    CHECK(volumes > 100);
}
