// Packets inside packets, as mirrors, controllers and mobile cores send them. Each function opens one
// wrap; the caller goes on with what is inside and bounds the depth.
#pragma once

#include <cstdint>
#include <optional>

#include "decode/byte_reader.hpp"

namespace breakwatch {

// `ether_type` ether_type::ethernet stands for a whole frame, 0 for an IP packet of either version.
struct TunnelPayload {
    std::uint16_t ether_type = 0;
    Bytes bytes;
    bool wlan = false;  // an 802.11 frame (CAPWAP)
};

// By IP protocol number: IP in IP, GRE with ERSPAN and PPTP, EtherIP.
std::optional<TunnelPayload> open_ip_tunnel(std::uint8_t protocol, Bytes payload);
// By well-known UDP port: VXLAN, VXLAN-GPE, Geneve, GTP-U, GRE, Teredo, AYIYA, L2TP, LISP, CAPWAP, TZSP, MPLS.
std::optional<TunnelPayload> open_udp_tunnel(std::uint16_t source, std::uint16_t destination, Bytes payload);
// RFC 8300, behind EtherType 0x894f or VXLAN-GPE.
std::optional<TunnelPayload> open_nsh(Bytes payload);

}  // namespace breakwatch
