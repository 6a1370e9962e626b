// An HTTPS server to which records are posted: who may connect and for how long, who may post (webhook_guard.hpp),
// bodies that are packed or too large, and what a sender is answered. What a body says is its owner's matter. Main
// thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "policy/types.hpp"

namespace breakwatch {

struct WebhookServerSettings {
    std::string listen = "::";
    std::uint16_t port = 8443;
    std::string certificate_file;  // PEM, with the chain; read again at reload()
    std::string key_file;
    std::string secret_file;                   // a secret on each line: a new one and the one before it
    std::size_t largest_body = 1024UL * 1024;  // octets
    std::size_t most_connections = 64;         // for a further one the longest idle is closed, and told
    std::chrono::seconds step{10};             // handshake, a request, an answer
    std::chrono::seconds idle{60};             // between two requests
};

class WebhookServer {
  public:
    // False once it is closed: whoever waited in between touches nothing of the owner's then.
    using Alive = std::shared_ptr<const bool>;
    struct Answer {
        enum class Kind : std::uint8_t {
            taken,
            not_understood,  // sent again, it would not be either
            not_now          // to be sent again
        };
        Kind kind = Kind::taken;
        std::string text;
    };
    struct Handlers {
        // Takes over an unpacked body of somebody who may post. Only what is answered as taken counts as sent.
        std::function<boost::asio::awaitable<Answer>(Alive alive, std::string body, Timestamp now)> take;
        std::function<void(const std::string& why)> down;
        std::function<void()> up;
        std::function<void(const std::string& what)> refuse;  // a connection or a request; not a record in it
    };

    WebhookServer(boost::asio::io_context& io, WebhookServerSettings settings, Handlers handlers);
    ~WebhookServer();
    WebhookServer(const WebhookServer&) = delete;
    WebhookServer& operator=(const WebhookServer&) = delete;

    // What prevents it is told as down; to be called again until is_open().
    void open();
    bool is_open() const;
    void close();
    // A certificate or secret that cannot be read leaves the one in force, and is told.
    void reload();
    // "[::]:8443", for people.
    const std::string& where() const;
    std::uint16_t port() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
