// RADIUS packets (RFC 2865 section 3, accounting RFC 2866): header and attributes, and the
// authenticators that the shared secret makes.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"

namespace breakwatch {

namespace radius_code {
inline constexpr std::uint8_t accounting_request = 4, accounting_response = 5;
}

struct RadiusMessage {
    std::uint8_t code = 0;
    std::uint8_t identifier = 0;
    Bytes authenticator;  // 16 octets
    Bytes attributes;     // whole and consistent: type, length, value each
    Bytes packet;         // header and attributes, octets past Length (padding) left out

    // The first attribute of that type; empty when there is none.
    Bytes attribute(std::uint8_t type) const;
    void for_each(const std::function<void(std::uint8_t type, Bytes value)>& visit) const;
};

std::expected<RadiusMessage, DecodeError> decode_radius(Bytes datagram);

// RFC 2866 section 3: Request Authenticator of an Accounting-Request.
bool accounting_request_authentic(const RadiusMessage& message, std::string_view secret);
// RFC 3579 section 3.2: true as well when the packet has no Message-Authenticator.
bool message_authenticator_valid(const RadiusMessage& message, std::string_view secret);
// RFC 2866 section 4.2: an Accounting-Response to `request`, its Proxy-State attributes copied in order.
std::vector<std::uint8_t> accounting_response(const RadiusMessage& request, std::string_view secret);

}  // namespace breakwatch
