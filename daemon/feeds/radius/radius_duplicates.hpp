// Remembers accounting that was counted, so that what is sent again counts once. Bounded: the
// oldest is forgotten first, and what comes again after that is told again, which changes no
// binding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>

#include "policy/identity/session.hpp"

namespace breakwatch {

class RadiusDuplicates {
  public:
    // A sender counts Acct-Delay-Time in whole seconds, so its repeats wander by about one.
    static constexpr Duration kDelayError = std::chrono::seconds{3};

    explicit RadiusDuplicates(std::size_t capacity) : capacity_(capacity) {}

    // RFC 2865 section 2.5: the same datagram, from the same port.
    bool repeated_request(const IpAddress& sender, std::uint16_t port, std::uint8_t id,
                          std::span<const std::uint8_t> authenticator);
    // RFC 2866 section 5.2: the same report under a new id; `delayed`: with an Acct-Delay-Time.
    bool repeated_event(const SessionEvent& event, bool delayed);

    std::size_t size() const { return seen_.size(); }

  private:
    void remember(std::uint64_t digest, Timestamp at);

    std::size_t capacity_;
    std::unordered_map<std::uint64_t, Timestamp> seen_;  // digest of all but the time
    std::deque<std::uint64_t> order_;
};

}  // namespace breakwatch
