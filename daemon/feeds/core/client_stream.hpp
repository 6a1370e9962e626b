// A connection to a call system: TCP, or TLS 1.2 and later with the server's name checked. Every step has
// a time-out, so that a server that accepts and never answers costs nothing but the wait. Main thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace breakwatch {

struct ServerAddress {
    std::string host;
    std::uint16_t port = 0;
    bool tls = false;
    std::string ca_file;      // PEM; empty: those the system trusts
    std::string server_name;  // in the certificate; empty: the host
};

class ClientStream {
  public:
    ClientStream(boost::asio::io_context& io, ServerAddress address);
    ~ClientStream();
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;

    // The error is in words. One at a time; after a time-out ("no answer within ...") the next may follow.
    boost::asio::awaitable<std::expected<void, std::string>> connect(std::chrono::milliseconds limit);
    boost::asio::awaitable<std::expected<std::size_t, std::string>> read_some(std::span<char> room,
                                                                              std::chrono::milliseconds limit);
    boost::asio::awaitable<std::expected<void, std::string>> write(std::string_view bytes,
                                                                   std::chrono::milliseconds limit);
    void close();

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

// The first line of a file that the daemon alone should be able to read; the error is in words.
std::expected<std::string, std::string> read_secret(const std::string& file);

}  // namespace breakwatch
