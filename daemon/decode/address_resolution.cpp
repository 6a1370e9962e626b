#include "decode/address_resolution.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

using AddressResult = std::expected<std::optional<AddressBinding>, DecodeError>;

MacAddress mac_of(Bytes bytes)
{
    MacAddress mac;
    std::ranges::copy(bytes.first(6), mac.octets.begin());
    return mac;
}

bool unspecified(const IpAddress& ip)
{
    return std::ranges::all_of(ip.octets, [](std::uint8_t octet) { return octet == 0; });
}

// RFC 4861 section 4.6: type, length in units of eight octets.
std::optional<MacAddress> link_layer_option(ByteReader in, std::uint8_t wanted)
{
    while (in.size() >= 8) {
        const auto type = in.u8();
        const std::size_t length = in.u8() * 8U;
        if (length == 0) return std::nullopt;
        const auto value = in.take(length - 2);
        if (in.failed()) return std::nullopt;
        if (type == wanted) return mac_of(value);
    }
    return std::nullopt;
}

}  // namespace

std::expected<std::optional<AddressBinding>, DecodeError> decode_arp(Bytes bytes)
{
    ByteReader in(bytes);
    const auto hardware = in.u16();
    const auto protocol = in.u16();
    const auto hardware_length = in.u8();
    const auto protocol_length = in.u8();
    in.skip(2);
    const auto sender_mac = in.take(6);
    const auto sender_ip = in.take(4);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    // 6: IEEE 802 networks, as sent behind SNAP (RFC 1042).
    if ((hardware != 1 && hardware != 6) || protocol != 0x0800) return std::unexpected(DecodeError::unsupported);
    if (hardware_length != 6 || protocol_length != 4) return std::unexpected(DecodeError::bad_length);
    const AddressBinding binding{mac_of(sender_mac), IpAddress::v4(sender_ip.first<4>())};
    if (unspecified(binding.ip)) return AddressResult{std::nullopt};
    return AddressResult{binding};
}

std::expected<std::optional<AddressBinding>, DecodeError> decode_neighbor_discovery(Bytes bytes,
                                                                                    const IpAddress& source)
{
    constexpr std::uint8_t kSolicitation = 135, kAdvertisement = 136;
    constexpr std::uint8_t kSourceOption = 1, kTargetOption = 2;
    ByteReader in(bytes);
    const auto type = in.u8();
    in.skip(3 + 4);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (type != kSolicitation && type != kAdvertisement) return AddressResult{std::nullopt};
    const auto target = in.take(16);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    const bool advertises = type == kAdvertisement;
    const auto mac = link_layer_option(in, advertises ? kTargetOption : kSourceOption);
    const auto ip = advertises ? IpAddress::v6(target.first<16>()) : source;
    if (!mac || unspecified(ip)) return AddressResult{std::nullopt};
    return AddressResult{AddressBinding{*mac, ip}};
}

}  // namespace breakwatch
