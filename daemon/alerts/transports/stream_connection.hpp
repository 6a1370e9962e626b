// What the transports over a stream have in common: connecting it, and reading all the time for its end and for what
// the receiver says.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "alerts/transports/byte_stream.hpp"
#include "alerts/transports/syslog_connection.hpp"

namespace breakwatch {

class StreamConnection : public SyslogConnection {
  public:
    std::string reason(boost::system::error_code error) const override;
    bool refused() const override { return stream_->refused() || is_mute(); }
    std::optional<TlsAgreed> agreed() const override { return stream_->agreed(); }

  protected:
    StreamConnection(boost::asio::io_context& io, SyslogPeer peer, std::unique_ptr<ByteStream> stream,
                     const SyslogTimes& times)
        : SyslogConnection(io, std::move(peer), times), stream_(std::move(stream))
    {}

    // The stream is there, and what the protocol agrees on first is not: calls opened() when it is.
    virtual void greet() { opened({}); }
    virtual void received(std::string_view octets) = 0;
    virtual void shutting() {}
    virtual void ended(boost::system::error_code error) { lost(error); }

    ByteStream& stream() { return *stream_; }

  private:
    bool peer_is_there() final { return stream_->peer_is_there(); }
    void open(const Addresses& addresses) final;
    void close_socket() final
    {
        shutting();
        stream_->close();
    }
    void watch();

    std::unique_ptr<ByteStream> stream_;
    std::array<char, 4096> room_{};
};

}  // namespace breakwatch
