// A statement about an address or a device as the tables keep it, so that it can be told to them again after a restart.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "policy/identity/address_history.hpp"
#include "policy/identity/session.hpp"
#include "policy/identity/suspicion.hpp"

namespace breakwatch {

// A device of nobody's has no MAC.
struct HeldAddress {
    IpAddress ip;
    AddressUse holding;  // as stores call it
};
struct EndedAddress {
    IpAddress ip;
    MacAddress mac;
    Timestamp at;
};

struct KeptStatement {
    std::variant<HeldAddress, EndedAddress, SessionEvent, Suspicion> said;
    std::optional<StaffId> owner;  // of the device or the user, if enrolled
    Timestamp until;               // it speaks for and against nobody any more
    std::string key = {};          // what it replaces; "": nothing
};

}  // namespace breakwatch
