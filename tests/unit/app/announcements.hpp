// A source of packets for tests of what reads one.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "capture/device_filter.hpp"
#include "capture/packet_source.hpp"
#include "support/frames.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

inline std::shared_ptr<const DeviceFilter> everybody()
{
    return std::make_shared<const DeviceFilter>(DeviceFilter{.all = true, .macs = {}, .ips = {}});
}

// A hundred addresses a phone: one that has more is cut to its share.
inline MacAddress phone_of(unsigned host)
{
    return {{2, 26, 16, 0, static_cast<std::uint8_t>(host / 25600), static_cast<std::uint8_t>(host / 100 % 256)}};
}

inline Octets arp_from(unsigned host)
{
    Octets message{0, 1, 8, 0, 6, 4, 0, 1};
    const auto sender = octets_of(phone_of(host));
    message.insert(message.end(), sender.begin(), sender.end());
    for (const auto octet : {10U, 77U, host / 256, host % 256}) message.push_back(static_cast<std::uint8_t>(octet));
    message.resize(28, 0);
    return ethernet(mac("ff:ff:ff:ff:ff:ff"), phone_of(host), 0x0806, message);
}

// Announces `count` addresses of as many phones as it takes, as fast as it is asked, then stays quiet or breaks.
class Announcements final : public PacketSource {
  public:
    explicit Announcements(unsigned count, std::string breaks_with = "", const std::atomic<bool>* held = nullptr)
        : count_(count), breaks_with_(std::move(breaks_with)), held_(held)
    {}

    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override
    {
        while (held_ != nullptr && *held_) std::this_thread::sleep_for(std::chrono::milliseconds{5});
        if (next_ == count_ && breaks_with_ == "throws") throw std::bad_alloc();
        if (next_ == count_ && !breaks_with_.empty()) return std::unexpected(breaks_with_);
        if (next_ == count_) {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            return State::idle;
        }
        const auto now = wall_clock();
        for (std::size_t given = 0; given < limit && next_ < count_; ++given) {
            const auto bytes = arp_from(next_++);
            Packet packet;
            packet.time = now;
            packet.bytes = bytes;
            packet.wire_length = static_cast<std::uint32_t>(bytes.size());
            handler({&packet, 1});
        }
        return State::more;
    }
    SourceCounters counters() const override { return {.received = next_}; }

  private:
    unsigned count_;
    std::string breaks_with_;
    const std::atomic<bool>* held_;  // its batch takes so long
    unsigned next_ = 0;
};

}  // namespace breakwatch::test
