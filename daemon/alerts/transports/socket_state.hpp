// What the kernel knows of a stream socket, beyond what Asio asks it.
#pragma once

#include <cstddef>

namespace breakwatch {

bool peer_is_there(int socket);
std::size_t unacknowledged_octets(int socket);

}  // namespace breakwatch
