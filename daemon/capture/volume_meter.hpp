// Bytes of each device and platform in slices of ten seconds of packet time, by how the server was
// named. Which other servers a device talks to is never kept: they share one entry.
// Owned by the sensor, on its thread; bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/statement.hpp"
#include "flow/source_shares.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/observation.hpp"
#include "policy/share.hpp"

namespace breakwatch {

enum class NameClass : std::uint8_t { named, by_dns, encrypted, unnamed };

class VolumeMeter {
  public:
    static constexpr Duration kSlice = std::chrono::seconds{10};

    VolumeMeter(const PlatformCatalog& catalog, std::size_t entries)
        : catalog_(&catalog), most_entries_(entries), shares_(share_of(entries))
    {}

    // What packets of one flow are counted on; stays valid until the slice is told.
    struct Entry {
        std::uint64_t up = 0;
        std::uint64_t down = 0;
        std::uint64_t by_class[4] = {};
        std::uint64_t since = 0;  // which packet
    };
    // No platform: all other servers. Null when there is no room for one more, in all or of the device (counted).
    Entry* entry(const Device& device, std::optional<std::uint16_t> platform, std::uint64_t packet);
    // Ends the slice, if `now` is past it. True: entries handed out before are gone.
    bool advance(Timestamp now);
    void flush();
    // What has ended since the last call.
    std::vector<VolumeSaid> take_ended() { return std::exchange(ended_, {}); }
    // Ends what was counted by the catalogue before.
    void use(const PlatformCatalog& catalog);
    std::uint64_t refused() const { return refused_; }
    std::size_t size() const { return entries_.size(); }

  private:
    struct Key {
        Device device;
        std::int32_t platform;
        auto operator<=>(const Key&) const = default;
    };

    const PlatformCatalog* catalog_;
    std::size_t most_entries_;
    SourceShares shares_;           // of a device's addresses and platforms in the slice
    std::map<Key, Entry> entries_;  // ordered: slices are told in the same order in every run
    std::vector<VolumeSaid> ended_;
    Timestamp slice_;
    std::uint64_t refused_ = 0;
};

inline void count(VolumeMeter::Entry& entry, NameClass named, bool upstream, std::uint64_t bytes)
{
    (upstream ? entry.up : entry.down) += bytes;
    entry.by_class[static_cast<std::size_t>(named)] += bytes;
}

}  // namespace breakwatch
