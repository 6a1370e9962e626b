#include "decode/dhcp_message.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

constexpr unsigned kMostRelays = 8;

IpAddress address_or_none(Bytes bytes)
{
    const bool zero = std::ranges::all_of(bytes, [](std::uint8_t octet) { return octet == 0; });
    return zero || bytes.size() != 4 ? IpAddress{} : IpAddress::v4(bytes.first<4>());
}

enum Option : std::uint8_t {
    kPad = 0,
    kHostname = 12,
    kRequestedIp = 50,
    kLeaseTime = 51,
    kOverload = 52,
    kMessageType = 53,
    kServerId = 54,
    kParameters = 55,
    kVendorClass = 60,
    kClientId = 61,
    kClientFqdn = 81,
    kEnd = 255
};

// RFC 2132: tag, length, value. Returns option 52's value.
std::uint8_t read_options(ByteReader in, DhcpMessage& message)
{
    std::uint8_t overload = 0;
    while (!in.empty()) {
        const auto tag = in.u8();
        if (tag == kPad) continue;
        if (tag == kEnd) break;
        ByteReader value = in.nested(in.u8());
        if (in.failed()) break;
        switch (tag) {
            case kMessageType: message.type = static_cast<DhcpType>(value.u8()); break;
            case kRequestedIp:
                if (value.size() == 4) message.requested_ip = address_or_none(value.rest());
                break;
            case kLeaseTime:
                if (value.size() == 4) message.lease_seconds = value.u32();
                break;
            case kOverload: overload = value.u8(); break;
            case kServerId:
                if (value.size() == 4) message.server_id = address_or_none(value.rest());
                break;
            case kParameters: message.parameters = value.rest(); break;
            case kVendorClass: message.vendor_class = value.rest(); break;
            case kClientId: message.client_id = value.rest(); break;
            case kHostname: message.hostname = as_text(value.rest()); break;
            case kClientFqdn:  // RFC 4702: flags and two obsolete codes before the name
                value.skip(3);
                if (message.hostname.empty() && !value.failed()) message.hostname = as_text(value.rest());
                break;
            default: break;
        }
    }
    return overload;
}

}  // namespace

std::expected<DhcpMessage, DecodeError> decode_dhcp(Bytes payload)
{
    constexpr std::uint32_t kMagicCookie = 0x63825363;
    ByteReader in(payload);
    DhcpMessage message;
    const auto operation = in.u8();
    const auto hardware = in.u8();
    const auto hardware_length = in.u8();
    in.skip(1);
    message.transaction = in.u32();
    in.skip(4);
    message.client_ip = address_or_none(in.take(4));
    message.your_ip = address_or_none(in.take(4));
    in.skip(4);
    message.relay_ip = address_or_none(in.take(4));
    const auto client = in.take(16);
    const auto server_name = in.take(64);
    const auto boot_file = in.take(128);
    const auto cookie = in.u32();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (operation != 1 && operation != 2) return std::unexpected(DecodeError::bad_value);
    if (cookie != kMagicCookie) return std::unexpected(DecodeError::unsupported);  // plain BOOTP
    message.reply = operation == 2;
    if (hardware == 1 && hardware_length == 6) std::ranges::copy(client.first(6), message.client.octets.begin());
    const auto overload = read_options(in, message);
    if ((overload & 1U) != 0) read_options(ByteReader(boot_file), message);
    if ((overload & 2U) != 0) read_options(ByteReader(server_name), message);
    return message;
}

namespace {

enum Option6 : std::uint16_t {
    kClientDuid = 1,
    kIaNa = 3,
    kIaTa = 4,
    kIaAddress = 5,
    kRelayMessage = 9,
    kClientLinkLayer = 79
};

// RFC 8415 section 11: DUID-LLT (1) and DUID-LL (3) of an Ethernet interface end in its MAC.
std::optional<MacAddress> mac_of_duid(Bytes duid)
{
    ByteReader in(duid);
    const auto type = in.u16();
    const auto hardware = in.u16();
    if (type == 1) in.skip(4);
    const auto octets = in.take(6);
    if (in.failed() || hardware != 1 || (type != 1 && type != 3)) return std::nullopt;
    MacAddress mac;
    std::ranges::copy(octets, mac.octets.begin());
    return mac;
}

void read_identity_association(ByteReader in, Dhcpv6Message& message)
{
    while (in.size() >= 4) {
        const auto code = in.u16();
        ByteReader value = in.nested(in.u16());
        if (in.failed()) return;
        if (code != kIaAddress || message.addresses.size() >= Dhcpv6Message::kMostAddresses) continue;
        const auto ip = value.take(16);
        const auto preferred = value.u32();
        const auto valid = value.u32();
        if (value.failed()) continue;
        message.addresses.push_back({IpAddress::v6(ip.first<16>()), preferred, valid});
    }
}

// The relayed message, if the options hold one.
Bytes read_options6(ByteReader in, Dhcpv6Message& message)
{
    Bytes relayed;
    while (in.size() >= 4) {
        const auto code = in.u16();
        ByteReader value = in.nested(in.u16());
        if (in.failed()) break;
        switch (code) {
            case kClientDuid: message.client_duid = value.rest(); break;
            case kIaNa:
                value.skip(12);
                read_identity_association(value, message);
                break;
            case kIaTa:
                value.skip(4);
                read_identity_association(value, message);
                break;
            case kRelayMessage: relayed = value.rest(); break;
            case kClientLinkLayer: {  // RFC 6939
                const auto hardware = value.u16();
                const auto octets = value.take(6);
                if (value.failed() || hardware != 1) break;
                message.client_mac.emplace();
                std::ranges::copy(octets, message.client_mac->octets.begin());
                break;
            }
            default: break;
        }
    }
    return relayed;
}

}  // namespace

std::expected<Dhcpv6Message, DecodeError> decode_dhcpv6(Bytes payload)
{
    Dhcpv6Message message;
    for (unsigned relays = 0; relays <= kMostRelays; ++relays) {
        ByteReader in(payload);
        message.type = static_cast<Dhcpv6Type>(in.u8());
        const bool relay = message.type == Dhcpv6Type::relay_forward || message.type == Dhcpv6Type::relay_reply;
        if (relay) {
            in.skip(33);  // hop count, link and peer address
        } else {
            message.transaction = in.u24();
        }
        if (in.failed()) return std::unexpected(DecodeError::truncated);
        payload = read_options6(in, message);
        if (relay && !payload.empty()) continue;
        if (!message.client_mac) message.client_mac = mac_of_duid(message.client_duid);
        return message;
    }
    return std::unexpected(DecodeError::unsupported);
}

}  // namespace breakwatch
