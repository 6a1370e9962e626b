#include "net/tls_check.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/verify_context.hpp>

#include "net/pem_files.hpp"

namespace breakwatch {

namespace {

using boost::asio::ip::make_address;
using boost::system::error_code;

constexpr std::size_t kMostNames = 5;  // of a certificate's, in a message

std::string fingerprint_of(const X509* certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return "";
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += kHex[digest[i] >> 4U];
        text += kHex[digest[i] & 15U];
    }
    return text;
}

// On one line, of printable characters alone, and no longer than a message bears.
std::string name_of(const X509_NAME* name)
{
    std::array<char, 160> text{};
    X509_NAME_oneline(name, text.data(), static_cast<int>(text.size()));
    std::string line(text.data());
    std::ranges::replace_if(line, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return line;
}

std::string names_in(X509* certificate)
{
    auto* const names =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    std::string all;
    std::size_t count = 0;
    for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names) && count < kMostNames; ++i) {
        const auto* const each = sk_GENERAL_NAME_value(names, i);
        if (each->type != GEN_DNS) continue;
        const auto* const text = ASN1_STRING_get0_data(each->d.dNSName);
        std::string name(reinterpret_cast<const char*>(text),
                         std::min<std::size_t>(static_cast<std::size_t>(ASN1_STRING_length(each->d.dNSName)), 80));
        std::ranges::replace_if(name, [](char c) { return c <= 0x20 || c > 0x7e; }, '?');
        all += (all.empty() ? "" : ", ") + name;
        ++count;
    }
    GENERAL_NAMES_free(names);
    return all.empty() ? name_of(X509_get_subject_name(certificate)) : all;
}

bool is_of_trust(int fault)
{
    constexpr std::array kTrust{
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,       X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED};
    return std::ranges::find(kTrust, fault) != kTrust.end();
}

bool is_weakness(int fault)
{
    return fault == X509_V_ERR_EE_KEY_TOO_SMALL || fault == X509_V_ERR_CA_KEY_TOO_SMALL ||
           fault == X509_V_ERR_CA_MD_TOO_WEAK;
}

std::string fault_in_words(int fault, X509* certificate, const std::string& expected)
{
    switch (fault) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "the certificate has expired, at " + to_rfc3339(certificate_dates(certificate).expires);
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the certificate is not valid before " + to_rfc3339(certificate_dates(certificate).begins);
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the certificate is for " + names_in(certificate) + "; expected one for " + expected;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "the certificate is self-signed; expected one of a CA that is trusted here";
        case X509_V_ERR_CERT_REVOKED: return "the certificate is revoked";
        case X509_V_ERR_UNABLE_TO_GET_CRL: return "the CRL file has no list of the certificate's CA";
        case X509_V_ERR_CRL_HAS_EXPIRED: return "the CRL of the certificate's CA has expired; fetch the next one";
        case X509_V_ERR_INVALID_PURPOSE: return "the certificate is not one for a server";
        default: break;
    }
    if (is_weakness(fault))
        return "a key or digest of the certificate is weak; expected RSA of 2048 bits with SHA-256, or as good";
    if (is_of_trust(fault))
        return "the certificate is of a CA that is not trusted here: " + name_of(X509_get_issuer_name(certificate));
    return std::string("the certificate is not accepted: ") + X509_verify_cert_error_string(fault);
}

// Of what TLS itself refused.
std::string protocol_in_words(const error_code& error)
{
    const auto reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
        reason == SSL_R_HTTP_REQUEST || reason == SSL_R_RECORD_TOO_SMALL || reason == SSL_R_UNEXPECTED_MESSAGE)
        return "what answers there does not speak TLS; expected a port of TLS";
    if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)
        return "the server has no TLS 1.2 or later";
    constexpr std::array kOfOurs{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
                                 SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
                                 SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
                                 SSL_R_TLSV1_ALERT_UNKNOWN_CA};
    if (std::ranges::find(kOfOurs, reason) != kOfOurs.end())
        return "the server refuses our certificate: " + error.message();
    return error.message();
}

}  // namespace

// Of one handshake; the stream's callback holds it, too.
struct TlsCheck::Seen {
    TlsSettings settings;
    std::string fault;  // the first

    bool accept(bool trusted, X509_STORE_CTX* context)
    {
        if (!settings.verify) return true;
        auto* const certificate = X509_STORE_CTX_get_current_cert(context);
        const auto found = X509_STORE_CTX_get_error(context);
        if (!trusted && settings.pinned_alone() && is_of_trust(found)) {
            X509_STORE_CTX_set_error(context, X509_V_OK);
            trusted = true;
        }
        if (!trusted) {
            note(fault_in_words(found, certificate, settings.name));
            return false;
        }
        if (settings.fingerprints.empty() || X509_STORE_CTX_get_error_depth(context) != 0) return true;
        const auto fingerprint = fingerprint_of(certificate);
        if (std::ranges::find(settings.fingerprints, fingerprint) != settings.fingerprints.end()) return true;
        note("the certificate has another fingerprint than those expected: " + fingerprint);
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
        return false;
    }
    void note(std::string words)
    {
        if (fault.empty()) fault = std::move(words);
    }
};

TlsCheck::TlsCheck(TlsSocket& stream, const TlsSettings& settings) : seen_(std::make_shared<Seen>(Seen{settings, {}}))
{
    auto* const native = stream.native_handle();
    error_code no_address;
    make_address(settings.name, no_address);
    if (no_address) SSL_set_tlsext_host_name(native, settings.name.c_str());
    if (settings.verify && !settings.pinned_alone()) {
        auto* const asked = SSL_get0_param(native);
        X509_VERIFY_PARAM_set_hostflags(asked, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        no_address ? X509_VERIFY_PARAM_set1_host(asked, settings.name.c_str(), 0)
                   : X509_VERIFY_PARAM_set1_ip_asc(asked, settings.name.c_str());
    }
    stream.set_verify_mode(boost::asio::ssl::verify_peer);
    stream.set_verify_callback([seen = seen_](bool trusted, boost::asio::ssl::verify_context& context) {
        return seen->accept(trusted, context.native_handle());
    });
}

std::string TlsCheck::reason(const error_code& error) const
{
    if (!seen_->fault.empty()) return seen_->fault;
    if (error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated)
        return "closed by the other end";
    if (error.category() == boost::asio::error::get_ssl_category()) return protocol_in_words(error);
    return error.message();
}

std::optional<TlsAgreed> agreed(TlsSocket& stream)
{
    auto* const native = stream.native_handle();
    if (SSL_is_init_finished(native) != 1) return std::nullopt;
    TlsAgreed all{SSL_get_version(native), SSL_get_cipher_name(native), {}, {}, {}, {}};
    auto* const certificate = SSL_get1_peer_certificate(native);
    if (certificate == nullptr) return all;
    all.subject = name_of(X509_get_subject_name(certificate));
    all.issuer = name_of(X509_get_issuer_name(certificate));
    all.fingerprint = fingerprint_of(certificate);
    all.expires = certificate_dates(certificate).expires;
    X509_free(certificate);
    return all;
}

}  // namespace breakwatch
