// What a flow's server is called, and how we know.
#pragma once

#include <cstdint>
#include <string>

namespace breakwatch {

enum class NameOrigin : std::uint8_t {
    tls,   // server_name of a ClientHello over TCP
    quic,  // the same inside a QUIC Initial
    http,  // Host of a request in clear
    dns,   // the client's own last DNS answer for the server's address: a guess, and said so
    dtls,  // server_name of a ClientHello over UDP: calls and VPNs, never a platform's posts
};

struct ServerName {
    std::string name;  // lower case, without a trailing dot; empty: the hello names nobody
    NameOrigin origin = NameOrigin::tls;
    // The hello was encrypted (ECH with a known outer name, or ESNI): `name` is the outer name and
    // the server is a stated unknown.
    bool encrypted = false;
    // By `dns` only: the client had asked for several names that share this address.
    bool ambiguous = false;
    auto operator<=>(const ServerName&) const = default;
};

}  // namespace breakwatch
