// A connection that carries octets in order, plain or by TLS: what the transports over a stream write to. After close()
// it can connect again; handlers of before are then called with an error. Main thread only.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/tls_check.hpp"

namespace breakwatch {

class ByteStream {
  public:
    using Endpoint = boost::asio::generic::stream_protocol::endpoint;
    using Handler = std::function<void(boost::system::error_code)>;
    using Received = std::function<void(boost::system::error_code, std::size_t)>;

    ByteStream() = default;
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    virtual ~ByteStream() = default;

    // To the first of these that answers, and agrees with it on TLS.
    virtual void connect(std::vector<Endpoint> targets, Handler handler) = 0;
    virtual void write(std::string octets, Handler handler) = 0;  // all of them; one at a time
    virtual void read(std::span<char> room, Received handler) = 0;
    virtual void close() = 0;

    // Its end is seen before the loop comes round to it; what is written after that would be lost.
    virtual bool peer_is_there() = 0;
    // Octets that the peer's kernel has not acknowledged.
    virtual std::size_t unacknowledged() = 0;
    virtual std::optional<TlsAgreed> agreed() { return std::nullopt; }
    // Of an error of its own, in words; "" it has none better than the error's.
    virtual std::string reason(boost::system::error_code) const { return ""; }
    // Whether TLS or the certificate refused the last connection.
    virtual bool refused() const { return false; }
};

std::unique_ptr<ByteStream> make_plain_stream(boost::asio::io_context& io);

}  // namespace breakwatch
