// Who uses which address on the link: ARP (RFC 826) and Neighbor Discovery (RFC 4861).
#pragma once

#include <expected>
#include <optional>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct AddressBinding {
    MacAddress mac;
    IpAddress ip;
};

// The sender's own statement. Empty: a probe (RFC 5227) states nothing.
std::expected<std::optional<AddressBinding>, DecodeError> decode_arp(Bytes packet);
// Of an ICMPv6 message: the target of an advertisement, or the source of a solicitation, with its
// link-layer address option. Empty: another message, or one without that option.
std::expected<std::optional<AddressBinding>, DecodeError> decode_neighbor_discovery(Bytes message,
                                                                                    const IpAddress& source);

}  // namespace breakwatch
