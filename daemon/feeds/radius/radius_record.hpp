// One attribute's value put into the record of its request: the same for a packet and a detail
// file. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "feeds/radius/radius_dictionary.hpp"
#include "feeds/radius/radius_session.hpp"

namespace breakwatch {

struct RadiusValue {
    std::variant<std::string, std::uint32_t, IpAddress, Subnet, std::array<std::uint8_t, 8>, Timestamp> value;
    std::uint8_t tag = 0;  // RFC 2868; 0: none
};

// False: not a value of this attribute.
bool note(AccountingRecord& record, RadiusField field, const RadiusValue& said);

}  // namespace breakwatch
