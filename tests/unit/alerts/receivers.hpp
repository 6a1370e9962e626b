// Syslog receivers on loopback, and the loop that they share with what is tested. No fixed ports.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/transports/syslog_transport.hpp"

namespace breakwatch::test {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;
using std::chrono::milliseconds;

inline const auto kLoopback = boost::asio::ip::address_v4::loopback();

// Short enough for a test, long enough for a busy machine.
inline SyslogTimes short_times()
{
    return {.connect = milliseconds{3'000},
            .write = milliseconds{300},
            .refusal = milliseconds{20},
            .first_retry = milliseconds{20},
            .longest_retry = milliseconds{80}};
}

inline void run_for(boost::asio::io_context& io, milliseconds time)
{
    io.restart();
    io.run_for(time);
}

inline void run_until(boost::asio::io_context& io, const std::function<bool()>& reached)
{
    for (int i = 0; i < 600 && !reached(); ++i) run_for(io, milliseconds{5});
    CHECK(reached());
}

// A port that was free a moment ago: nobody listens there.
inline std::uint16_t free_port()
{
    boost::asio::io_context io;
    return tcp::acceptor(io, {kLoopback, 0}).local_endpoint().port();
}

class Folder {
  public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "breakwatch-sink-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path file(const char* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

// Takes datagrams apart from one another; Protocol: udp or local::datagram_protocol.
template <typename Protocol>
class DatagramReceiver {
  public:
    DatagramReceiver(boost::asio::io_context& io, const typename Protocol::endpoint& local) : socket_(io, local)
    {
        read();
    }

    auto local() const { return socket_.local_endpoint(); }
    std::vector<std::string> received;

  private:
    void read()
    {
        socket_.async_receive(boost::asio::buffer(buffer_), [this](boost::system::error_code error, std::size_t size) {
            if (error) return;
            received.emplace_back(buffer_.data(), size);
            read();
        });
    }

    typename Protocol::socket socket_;
    std::array<char, 65'536> buffer_{};
};

using UdpReceiver = DatagramReceiver<udp>;
using LocalReceiver = DatagramReceiver<boost::asio::local::datagram_protocol>;

// Accepts and collects bytes; Protocol: tcp or local::stream_protocol.
template <typename Protocol>
class StreamReceiver {
  public:
    StreamReceiver(boost::asio::io_context& io, const typename Protocol::endpoint& local, bool reads = true)
        : acceptor_(io), reads_(reads)
    {
        acceptor_.open(local.protocol());
        acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
        // So that one that does not read is full soon.
        if (!reads) acceptor_.set_option(boost::asio::socket_base::receive_buffer_size(4096));
        acceptor_.bind(local);
        acceptor_.listen();
        accept();
    }

    auto local() const { return acceptor_.local_endpoint(); }
    std::size_t accepted() const { return connections_.size(); }
    const std::string& bytes(std::size_t connection) const
    {
        return std::next(connections_.begin(), static_cast<long>(connection))->bytes;
    }
    void close_connections()
    {
        for (auto& connection : connections_) connection.socket.close();
    }
    void shut()
    {
        acceptor_.close();
        close_connections();
    }

  private:
    struct Connection {
        typename Protocol::socket socket;
        std::string bytes;
        std::array<char, 65'536> buffer{};
    };

    void accept()
    {
        acceptor_.async_accept([this](boost::system::error_code error, typename Protocol::socket socket) {
            if (error) return;
            auto& connection = connections_.emplace_back(Connection{std::move(socket), {}, {}});
            if (reads_) read(connection);
            accept();
        });
    }
    void read(Connection& connection)
    {
        connection.socket.async_read_some(boost::asio::buffer(connection.buffer),
                                          [this, &connection](boost::system::error_code error, std::size_t size) {
                                              if (error) return;
                                              connection.bytes.append(connection.buffer.data(), size);
                                              read(connection);
                                          });
    }

    typename Protocol::acceptor acceptor_;
    std::list<Connection> connections_;
    bool reads_;
};

using TcpReceiver = StreamReceiver<tcp>;

inline SyslogConfig to(std::string_view transport, std::uint16_t port)
{
    SyslogConfig config;
    config.name = "siem";
    config.transport = transport;
    config.port = port;
    config.hostname = "bw01";
    return config;
}

}  // namespace breakwatch::test
