// Packets inside packets, as mirrors, controllers and mobile cores send them. Each function opens one
// wrap; the caller goes on with what is inside and bounds the depth.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "decode/byte_reader.hpp"

namespace breakwatch {

// How a packet was put into another; a site names those its mirrors and controllers use.
enum class Encapsulation : std::uint8_t {
    ip_in_ip,
    gre,
    erspan,
    etherip,
    vxlan,
    vxlan_gpe,
    geneve,
    gtp_u,
    teredo,
    ayiya,
    l2tp,
    lisp,
    capwap,
    tzsp,
    mpls_over_udp,
    nsh,
    frame_in_frame,
};
// The words of a configuration. frame-in-frame: MPLS pseudowires, 802.1ah, FabricPath: one frame inside another.
inline constexpr std::array<std::pair<std::string_view, Encapsulation>, 17> kEncapsulations{{
    {"ip-in-ip", Encapsulation::ip_in_ip},
    {"gre", Encapsulation::gre},
    {"erspan", Encapsulation::erspan},
    {"etherip", Encapsulation::etherip},
    {"vxlan", Encapsulation::vxlan},
    {"vxlan-gpe", Encapsulation::vxlan_gpe},
    {"geneve", Encapsulation::geneve},
    {"gtp-u", Encapsulation::gtp_u},
    {"teredo", Encapsulation::teredo},
    {"ayiya", Encapsulation::ayiya},
    {"l2tp", Encapsulation::l2tp},
    {"lisp", Encapsulation::lisp},
    {"capwap", Encapsulation::capwap},
    {"tzsp", Encapsulation::tzsp},
    {"mpls-over-udp", Encapsulation::mpls_over_udp},
    {"nsh", Encapsulation::nsh},
    {"frame-in-frame", Encapsulation::frame_in_frame},
}};

// `ether_type` ether_type::ethernet stands for a whole frame, 0 for an IP packet of either version.
struct TunnelPayload {
    std::uint16_t ether_type = 0;
    Bytes bytes;
    bool wlan = false;  // an 802.11 frame (CAPWAP)
    Encapsulation encapsulation = Encapsulation::ip_in_ip;
};

// By IP protocol number: IP in IP, GRE with ERSPAN and PPTP, EtherIP.
std::optional<TunnelPayload> open_ip_tunnel(std::uint8_t protocol, Bytes payload);
// By well-known UDP port: VXLAN, VXLAN-GPE, Geneve, GTP-U, GRE, Teredo, AYIYA, L2TP, LISP, CAPWAP, TZSP, MPLS.
std::optional<TunnelPayload> open_udp_tunnel(std::uint16_t source, std::uint16_t destination, Bytes payload);
// RFC 8300, behind EtherType 0x894f or VXLAN-GPE.
std::optional<TunnelPayload> open_nsh(Bytes payload);

}  // namespace breakwatch
