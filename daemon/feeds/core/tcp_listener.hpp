// A listening TCP socket that no error of accept(2) ends: what concerns one connection costs that one, what
// concerns us (no descriptors, no memory) is told and waited for. Main thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "policy/types.hpp"

namespace breakwatch {

class TcpListener {
  public:
    struct Handlers {
        std::function<void(boost::asio::ip::tcp::socket, const IpAddress& peer)> admit;
        std::function<void(const std::string& why)> down;  // nobody can connect now; tried again
        std::function<void()> up;
        std::function<void(const std::string& why)> lost;  // one connection, before it was one
    };

    TcpListener(boost::asio::io_context& io, std::string address, std::uint16_t port, Handlers handlers);
    ~TcpListener() { close(); }
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;

    // Once, until close(). A port that cannot be bound is told as down; open() may then be called again.
    void open();
    bool is_open() const;
    void close();
    // "[::]:8443", for people.
    const std::string& where() const;
    // The port in use, where 0 was asked for.
    std::uint16_t port() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace breakwatch
