// What a client says first, with the server's name in it.
#pragma once

#include "support/client_hello.hpp"
#include "support/wire.hpp"

namespace breakwatch::test {

inline const auto kHello = hello_to("tls.example");
inline const auto kGet = octets_of("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n");
inline const auto kSecond = octets_of("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");

}  // namespace breakwatch::test
