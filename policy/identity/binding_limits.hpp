// How much is kept of who had which address and device, and for how long.
#pragma once

#include <chrono>
#include <cstddef>

#include "policy/identity/site_scope.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct BindingLimits {
    std::size_t statements = 200'000;
    std::size_t markers = 50'000;       // "somebody else had this address": no device, no person
    std::size_t of_one_device = 1'024;  // of the statements: no device takes the others' room
    Duration horizon = std::chrono::hours{26};
    // An address that changed hands within this time of the moment asked about is ambiguous.
    Duration grace = std::chrono::seconds{10};
    // A session that sends interim reports and then none for so long missed its Stop; one that
    // never sent any is believed longer.
    Duration session_silence = std::chrono::hours{1};
    Duration session_longest = std::chrono::hours{12};
    // How long a device that nobody answers for yet waits for its session or lease; then its MAC is
    // forgotten. Covers feeds that are five minutes early or late.
    Duration unknown_wait = std::chrono::minutes{10};
    // RADIUS accounting is expected: a device with an unknown MAC may yet turn out to be
    // somebody's. Without it such a device is a stranger at once. Set by itself when a first
    // session is told.
    bool sessions_expected = false;
    SiteScope scope;
    bool keep = false;  // take_kept() is asked
};

}  // namespace breakwatch
