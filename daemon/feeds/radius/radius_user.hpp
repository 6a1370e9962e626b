// Who User-Name is about: a person, nobody who says so, or the device itself. Pure.
#pragma once

#include <optional>
#include <string>

#include "feeds/radius/radius_session.hpp"

namespace breakwatch {

struct RadiusUser {
    std::string name;               // as sent; "" where no person is told
    std::string realm;              // as sent: after the last @, else before the backslash
    bool by_device = false;         // MAC authentication
    std::optional<MacAddress> mac;  // that the name is
};

// `device`: the MAC that Calling-Station-Id tells, if it does.
RadiusUser user_of(const AccountingRecord& record, const std::optional<MacAddress>& device);

}  // namespace breakwatch
