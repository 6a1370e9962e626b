// A receiver by TLS on loopback, and the certificates of the tests, made once.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <cstdlib>
#include <list>
#include <string>

#include "support/temporary_folder.hpp"
#include "unit/alerts/receivers.hpp"

namespace breakwatch::test {

// See tests/support/certificates.sh.
inline const TemporaryFolder& certificates()
{
    static const TemporaryFolder folder;
    static const bool made = [] {
        const auto* const source = std::getenv("BREAKWATCH_SOURCE");
        REQUIRE_MESSAGE(source != nullptr, "BREAKWATCH_SOURCE is not set");
        const auto command = std::string(source) + "/tests/support/certificates.sh " + folder.path().string();
        return std::system(command.c_str()) == 0;
    }();
    REQUIRE(made);
    return folder;
}

class TlsReceiver {
  public:
    TlsReceiver(boost::asio::io_context& io, const std::string& certificate, bool asks_for_ours = false)
        : context_(boost::asio::ssl::context::tls_server), acceptor_(io, {kLoopback, 0})
    {
        SSL_CTX_set_security_level(context_.native_handle(), 0);  // so that it can be as weak as the test wants
        context_.use_certificate_chain_file((certificates() / (certificate + ".pem")).string());
        context_.use_private_key_file((certificates() / (certificate + ".key")).string(),
                                      boost::asio::ssl::context::pem);
        if (asks_for_ours) {
            context_.load_verify_file((certificates() / "ca.pem").string());
            context_.set_verify_mode(boost::asio::ssl::verify_peer | boost::asio::ssl::verify_fail_if_no_peer_cert);
        }
        accept();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    boost::asio::ssl::context& context() { return context_; }
    std::size_t accepted = 0;
    std::string bytes;  // of all connections
    void close_connections()
    {
        for (auto& each : connections_) each.stream.next_layer().close();
    }

  private:
    struct Connection {
        boost::asio::ssl::stream<tcp::socket> stream;
        std::array<char, 16'384> buffer{};
    };

    void accept()
    {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            ++accepted;
            auto& connection = connections_.emplace_back(
                Connection{boost::asio::ssl::stream<tcp::socket>(std::move(socket), context_), {}});
            connection.stream.async_handshake(boost::asio::ssl::stream_base::server,
                                              [this, &connection](boost::system::error_code refused) {
                                                  if (!refused) return read(connection);
                                                  boost::system::error_code ignored;
                                                  connection.stream.next_layer().close(ignored);
                                              });
            accept();
        });
    }
    void read(Connection& connection)
    {
        connection.stream.async_read_some(boost::asio::buffer(connection.buffer),
                                          [this, &connection](boost::system::error_code error, std::size_t size) {
                                              if (error) return;
                                              bytes.append(connection.buffer.data(), size);
                                              read(connection);
                                          });
    }

    boost::asio::ssl::context context_;
    tcp::acceptor acceptor_;
    std::list<Connection> connections_;
};

// To a receiver whose certificate has to be of the tests' CA.
inline SyslogConfig by_tls(std::uint16_t port, std::string_view transport = SyslogConfig::Transport::tls)
{
    auto config = to(transport, port);
    config.tls.emplace().ca = certificates() / "ca.pem";
    return config;
}

}  // namespace breakwatch::test
