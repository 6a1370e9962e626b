// ClientHellos for tests (RFC 8446 section 4.1.2), as handshake message and in TLS records.
#pragma once

#include <cstdint>
#include <string_view>

#include "support/hex.hpp"

namespace breakwatch::test {

inline Octets extension(std::uint16_t type, const Octets& value)
{
    return big_endian(type, 2) + with_length(value, 2);
}

inline Octets server_name_extension(std::string_view name)
{
    return extension(0, with_length(Octets{0} + with_length(octets_of(name), 2), 2));
}

inline Octets alpn_extension(std::string_view protocol)
{
    return extension(16, with_length(with_length(octets_of(protocol), 1), 2));
}

inline Octets handshake(std::uint8_t type, const Octets& body)
{
    return Octets{type} + with_length(body, 3);
}

// Without records, as in QUIC.
inline Octets client_hello(const Octets& extensions)
{
    return handshake(1,
                     hex("0303") + Octets(32, 0x5a) + hex("00 | 0004 1301 1302 | 01 00") + with_length(extensions, 2));
}

inline Octets tls_record(const Octets& fragment, std::uint8_t type = 22)
{
    return Octets{type, 3, 1} + with_length(fragment, 2);
}

// A browser's first flight to that server.
inline Octets hello_to(std::string_view name)
{
    return tls_record(client_hello(server_name_extension(name) + alpn_extension("h2")));
}

}  // namespace breakwatch::test
