// Which device held an address when, as leases and ARP/ND say. The same statements in any order
// give the same answers: they are kept as said and judged when asked; only what is older than any
// late fact is put together.
//
//   lease of A     from|===last=======last=======...until      renewals widen one use; its end is the lease's, never an
//   ARP's frames of A        x  x   xx        x                      each holds for kSightingHolds, and never past the
//   lease lease of B                    from|========...             the server gave it away: A's is over then
//   (server's file), or
//                                                              both are named (an answer on the wire ends no other
//                                                              lease)
//   release of A                r                              ends what was said before it; what is said after it
//   stands asked at                              ?                    claims(): all up to then; holders(): who has it,
//   or had within `grace`
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "policy/identity/lease.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// A stretch of statements that one device held the address.
struct AddressUse {
    // server_lease: the server's own file, which no device can write; wire_lease: an answer seen on the link;
    // sighting: ARP or ND; frame: a packet of the device with that address.
    enum class Source : std::uint8_t { server_lease, wire_lease, sighting, frame };

    Timestamp from;   // first statement of the stretch
    MacAddress mac;   // zero: some device that is nobody's here; which one is not kept
    Timestamp last;   // latest one
    Timestamp until;  // the end, if nothing more is said
    Source source = Source::server_lease;
    std::uint16_t vlan = 0;
    bool is_lease() const { return source <= Source::wire_lease; }
    auto operator<=>(const AddressUse&) const = default;
};

// What one device's statements about an address come to at a moment. All devices that are nobody's are one here.
struct AddressClaim {
    AddressUse use;                   // the valid one with the latest evidence, else the latest
    Timestamp latest;                 // evidence of any kind
    std::optional<Timestamp> leased;  // the latest grant, running or not
    std::optional<Timestamp> framed;  // the latest packet of its own
    bool by_server = false;           // the latest grant is from the server's own file
    bool lease_runs = false;
    bool seen = false;       // the lease runs, or the device was seen lately: speaks against others
    bool valid = false;      // the same, but what lapsed no ARP makes good again: speaks for the device
    std::uint16_t vlan = 0;  // the latest one told

    const MacAddress& mac() const { return use.mac; }
};

class AddressHistory {
  public:
    // ARP and ND say nothing of the future: a sighting counts for so long unless another device is
    // seen.
    static constexpr Duration kSightingHolds = std::chrono::minutes{10};
    // Sightings of one device no further apart are one stretch.
    static constexpr Duration kSightingGap = std::chrono::minutes{2};
    // Statements so much older than now are past the reach of late facts.
    static constexpr Duration kSettled = std::chrono::hours{1};
    // An address about whose devices all is known, and nothing new is said, is tidied so often.
    static constexpr Duration kRest = std::chrono::minutes{10};

    // The stretch that it is part of now; none where it says nothing that was not known to the minute.
    std::optional<AddressUse> add(const IpAddress& ip, const AddressUse& said);
    // Whether the device was told of at that address.
    bool told_of(const IpAddress& ip, const MacAddress& mac) const;
    // The device gave the address back, or it was taken away.
    void end(const IpAddress& ip, const MacAddress& mac, Timestamp at);

    // What was said of the address up to `at`, by device, the one with the latest evidence first.
    std::vector<AddressClaim> claims(const IpAddress& ip, Timestamp at) const;
    // Who held the address at `at`, or speaks against those who did; when it changed hands within `grace` of then, the
    // others too. Nobody at that very moment: empty. A lease on the wire does not end another that runs: then both are
    // named.
    std::vector<AddressClaim> holders(const IpAddress& ip, Timestamp at, Duration grace) const;
    // The whole time the device had the address around `use`, renewals included; `until` is the
    // end that was told or follows from what was told.
    AddressUse stretch(const IpAddress& ip, const AddressUse& use) const;
    // Every stretch of named devices, in no particular order.
    void each(const std::function<void(const IpAddress&, const AddressUse&)>& visit) const;

    // The statements of named devices until one of a device about that address was taken (`visit` says true).
    void each_device(const std::function<bool(const IpAddress&, const AddressUse&)>& visit) const;

    // Every statement about one device, as kept, and the ends of what it had.
    void each_of(const MacAddress& mac, const std::function<void(const IpAddress&, const AddressUse&)>& held,
                 const std::function<void(const IpAddress&, Timestamp)>& ended) const;

    // Forgets what ended before `since`, and which device it was where `fate` says so. A device of
    // nobody's is remembered as long as it may contradict a statement about a named one, here or
    // (`in_use`) in a session. A device that may yet become `nobody` is looked at each time, the rest
    // now and then.
    enum class Fate : std::uint8_t { named, waiting, nobody };
    void tidy(Timestamp now, Timestamp since, const std::function<Fate(const AddressUse&)>& fate,
              const std::function<bool(const IpAddress&)>& in_use);
    // Whom the devices belong to has changed: the next tidy() looks at all of them.
    void wake();

    std::size_t size() const { return named_; }
    // Statements about one device: no device may fill the table for the others.
    std::size_t size_of(const MacAddress& mac) const;
    std::size_t markers() const { return markers_; }

  private:
    struct Release {
        MacAddress mac;
        Timestamp at;
        auto operator<=>(const Release&) const = default;
    };
    struct Timeline {
        std::vector<AddressUse> uses;  // by `from`
        std::vector<Release> releases;
        Timestamp rests_until;  // nothing to tidy before
    };

    static bool ended(const Timeline& timeline, const AddressUse& use, Timestamp evidence, Timestamp at);
    static std::vector<AddressClaim> claims(const Timeline& timeline, Timestamp at);
    static std::vector<AddressClaim> uses_at(const Timeline& timeline, Timestamp at);
    static std::vector<AddressUse> stretches(const Timeline& timeline, const MacAddress& mac);
    static void put_together(Timeline& timeline, Timestamp settled);
    void count(const Timeline& timeline, bool add);

    std::unordered_map<IpAddress, Timeline> addresses_;
    std::unordered_map<MacAddress, std::size_t> of_device_;
    std::size_t named_ = 0;
    std::size_t markers_ = 0;
};

}  // namespace breakwatch
