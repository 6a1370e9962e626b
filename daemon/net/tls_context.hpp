// TLS as every client and server here speaks it: 1.2 or later, keys and digests of OpenSSL's security level 2 (RSA of
// 2048 bits), nothing of the other end believed unless it is checked. Files are read anew for each context, so that a
// certificate that was renewed is used from the next connection on. Errors are in words, with the file named.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace breakwatch {

// What a client asks of a server, and shows of itself. Files are PEM.
struct TlsSettings {
    std::string ca_file;           // empty: those the system trusts
    std::string name;              // in the server's certificate: a host's name or an address
    std::string certificate_file;  // ours, with the CAs between; empty: we have none
    std::string key_file;
    std::string crl_file;                   // empty: nobody is held to be revoked
    std::vector<std::string> fingerprints;  // SHA-256, lower-case hex: the server's certificate has to be one of these
    bool verify = true;                     // false: whoever answers is believed

    // Which certificate it is says enough: neither its CA nor its name is asked for.
    bool pinned_alone() const { return !fingerprints.empty() && ca_file.empty(); }
};

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;
std::expected<TlsContext, std::string> tls_client_context(const TlsSettings& settings);
std::expected<TlsContext, std::string> tls_server_context(const std::string& certificate_file,
                                                          const std::string& key_file);

}  // namespace breakwatch
