// Whether the other end is whom we mean, and in words why not. One TlsCheck a connection; it outlives the handshake.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>

#include "net/tls_context.hpp"
#include "policy/types.hpp"

namespace breakwatch {

using TlsSocket = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// What a handshake came to.
struct TlsAgreed {
    std::string version;  // "TLSv1.3"
    std::string cipher;   // OpenSSL's name
    std::string subject;  // of the other end's certificate, on one line; "" it showed none
    std::string issuer;
    std::string fingerprint;  // SHA-256 of it, lower-case hex
    Timestamp expires;
};
std::optional<TlsAgreed> agreed(TlsSocket& stream);

class TlsCheck {
  public:
    // Before the handshake: the name that is asked for, and what is looked at.
    TlsCheck(TlsSocket& stream, const TlsSettings& settings);
    // Why a handshake, a read or a write failed: the certificate's fault first, then what TLS says.
    std::string reason(const boost::system::error_code& error) const;

  private:
    struct Seen;
    std::shared_ptr<Seen> seen_;
};

}  // namespace breakwatch
