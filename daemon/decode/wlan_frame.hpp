// IEEE 802.11 data frames that are not encrypted, with or without a radiotap header.
#pragma once

#include "decode/link_layer.hpp"

namespace breakwatch {

std::expected<LinkFrame, DecodeError> decode_wlan(Bytes frame);
// As a controller's tunnel carries it: Cisco's access points exchange the two octets of frame control.
std::expected<LinkFrame, DecodeError> decode_tunnelled_wlan(Bytes frame);
std::expected<LinkFrame, DecodeError> decode_radiotap(Bytes frame);

}  // namespace breakwatch
