// Answers Prometheus: GET /metrics, one request a connection, on a loopback address. Whatever a client does costs it
// its own connection: few at once, not many in a second, a bounded request, a deadline for all of it, and a page that
// is made by its owner's clock, not by who asks. Main thread only.
// It is not prometheus-cpp's Exposer: that would bring threads of civetweb's, which nothing here watches.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "feeds/core/tcp_listener.hpp"

namespace breakwatch {

struct MetricsServerSettings {
    std::string listen = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t most_connections = 8;       // for a further one the longest idle is closed
    std::size_t most_in_a_second = 50;      // further ones are closed at once
    std::chrono::milliseconds step{5'000};  // from the connection to the answer's end
};

class MetricsServer {
  public:
    struct Handlers {
        // The page; asked for once after each renew().
        std::function<std::string()> page;
        // Why nobody can connect; "": somebody can, from now on. Once of each.
        std::function<void(const std::string& why)> state;
    };

    MetricsServer(boost::asio::io_context& io, MetricsServerSettings settings, Handlers handlers);
    ~MetricsServer();
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

    // Opens, and where that cannot be yet, tries again each second.
    void start();
    void close();
    // What the page says has changed.
    void renew();
    std::uint16_t port() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
