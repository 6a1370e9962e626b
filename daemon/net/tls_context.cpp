#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "net/pem_files.hpp"

namespace breakwatch {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using Result = std::expected<void, std::string>;

constexpr int kSecurityLevel = 2;

TlsContext make(ssl::context::method method)
{
    auto context = std::make_shared<ssl::context>(method);
    context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    SSL_CTX_set_security_level(context->native_handle(), kSecurityLevel);
    return context;
}

Result use_own(ssl::context& context, const std::string& certificate_file, const std::string& key_file)
{
    if (auto read = read_certificate(certificate_file); !read) return std::unexpected(read.error());
    if (auto fault = private_key_fault(key_file)) return std::unexpected(*fault);
    error_code error;
    context.use_certificate_chain_file(certificate_file, error);
    if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_EE_KEY_TOO_SMALL)
        return std::unexpected(certificate_file + " has a weak key; expected RSA of 2048 bits, or as good");
    if (error) return std::unexpected(certificate_file + ": " + error.message());
    if (!key_fits(key_file, certificate_file))
        return std::unexpected(key_file + " is not the key of " + certificate_file);
    context.use_private_key_file(key_file, ssl::context::pem, error);
    if (error) return std::unexpected(key_file + ": " + error.message());
    return {};
}

Result trust(ssl::context& context, const std::string& ca_file)
{
    error_code error;
    if (ca_file.empty()) {
        context.set_default_verify_paths(error);
        if (error) return std::unexpected("the system's CA certificates: " + error.message());
        return {};
    }
    if (auto read = read_certificate(ca_file); !read) return std::unexpected(read.error());
    context.load_verify_file(ca_file, error);
    if (error) return std::unexpected(ca_file + ": " + error.message());
    return {};
}

Result use_crl(ssl::context& context, const std::string& crl_file)
{
    auto* const store = SSL_CTX_get_cert_store(context.native_handle());
    auto* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    const bool read = lookup != nullptr && X509_load_crl_file(lookup, crl_file.c_str(), X509_FILETYPE_PEM) > 0;
    ERR_clear_error();
    if (!read) return std::unexpected(crl_file + " is no PEM file with a CRL; expected -----BEGIN X509 CRL-----");
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
    return {};
}

}  // namespace

std::expected<TlsContext, std::string> tls_client_context(const TlsSettings& settings)
{
    auto context = make(ssl::context::tls_client);
    if (settings.verify && !settings.pinned_alone()) {
        if (auto done = trust(*context, settings.ca_file); !done) return std::unexpected(done.error());
    }
    if (!settings.crl_file.empty()) {
        if (auto done = use_crl(*context, settings.crl_file); !done) return std::unexpected(done.error());
    }
    if (!settings.certificate_file.empty()) {
        auto done = use_own(*context, settings.certificate_file, settings.key_file);
        if (!done) return std::unexpected(done.error());
    }
    return context;
}

std::expected<TlsContext, std::string> tls_server_context(const std::string& certificate_file,
                                                          const std::string& key_file)
{
    auto context = make(ssl::context::tls_server);
    if (auto done = use_own(*context, certificate_file, key_file); !done) return std::unexpected(done.error());
    return context;
}

}  // namespace breakwatch
