// DHCP for IPv4 (RFC 2131, 2132) and IPv6 (RFC 8415): who is given which address, for how long.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"
#include "policy/types.hpp"

namespace breakwatch {

enum class DhcpType : std::uint8_t {
    none = 0,
    discover = 1,
    offer = 2,
    request = 3,
    decline = 4,
    ack = 5,
    nak = 6,
    release = 7,
    inform = 8
};

// Views into the packet.
struct DhcpMessage {
    bool reply = false;  // BOOTREPLY
    DhcpType type = DhcpType::none;
    std::uint32_t transaction = 0;
    MacAddress client;                           // chaddr of an Ethernet client
    IpAddress your_ip;                           // yiaddr, family none when zero
    IpAddress client_ip;                         // ciaddr
    IpAddress relay_ip;                          // giaddr
    std::optional<IpAddress> requested_ip;       // option 50
    std::optional<std::uint32_t> lease_seconds;  // option 51; 0xffffffff: for ever
    std::string_view hostname;                   // option 12, else 81; may name a person: not to be kept
    Bytes client_id;                             // option 61
    std::optional<IpAddress> server_id;          // option 54
    Bytes parameters;                            // option 55: with the vendor class as good as the client's software
    Bytes vendor_class;                          // option 60
};

std::expected<DhcpMessage, DecodeError> decode_dhcp(Bytes payload);

enum class Dhcpv6Type : std::uint8_t {
    solicit = 1,
    advertise = 2,
    request = 3,
    confirm = 4,
    renew = 5,
    rebind = 6,
    reply = 7,
    release = 8,
    decline = 9,
    relay_forward = 12,
    relay_reply = 13
};

struct Dhcpv6Address {
    IpAddress ip;
    std::uint32_t preferred_seconds = 0;
    std::uint32_t valid_seconds = 0;
};

struct Dhcpv6Message {
    static constexpr std::size_t kMostAddresses = 16;

    Dhcpv6Type type = Dhcpv6Type::solicit;  // of the innermost message, relays unwrapped
    std::uint32_t transaction = 0;
    Bytes client_duid;
    std::optional<MacAddress> client_mac;  // RFC 6939 option of a relay, else inside a DUID-LLT or DUID-LL
    std::vector<Dhcpv6Address> addresses;  // of IA_NA and IA_TA
};

std::expected<Dhcpv6Message, DecodeError> decode_dhcpv6(Bytes payload);

}  // namespace breakwatch
