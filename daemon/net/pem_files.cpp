#include "net/pem_files.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>

namespace breakwatch {
namespace {

template <typename T, void (*Free)(T*)>
struct Freed {
    void operator()(T* pointer) const { Free(pointer); }
};
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
struct BioFreed {
    void operator()(BIO* bio) const { BIO_free(bio); }
};

std::expected<std::string, std::string> content_of(const std::string& file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return std::unexpected(file + " is a folder; expected a PEM file");
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::unexpected(file + ": " + std::strerror(errno));
    std::string text(1024UL * 1024, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.empty()) return std::unexpected(file + " is empty; expected a PEM file");
    return text;
}

std::unique_ptr<BIO, BioFreed> open(const std::string& text)
{
    return std::unique_ptr<BIO, BioFreed>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate certificate_in(const std::string& text)
{
    const auto bio = open(text);
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return certificate;
}

// A key with a passphrase is not asked for it: nobody would be there to answer.
int no_passphrase(char*, int, int, void*)
{
    return -1;
}

Key key_in(const std::string& text)
{
    const auto bio = open(text);
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    return key;
}

Timestamp time_of(const ASN1_TIME* time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return Timestamp::min();
    return Timestamp{std::chrono::seconds{::timegm(&parts)}};
}

std::string not_pem(const std::string& file, const char* expected)
{
    return file + " is no PEM file with a " + expected + "; expected one that has a line -----BEGIN ";
}

}  // namespace

std::expected<CertificateDates, std::string> read_certificate(const std::string& file)
{
    const auto text = content_of(file);
    if (!text) return std::unexpected(text.error());
    const auto certificate = certificate_in(*text);
    if (!certificate) return std::unexpected(not_pem(file, "certificate") + "CERTIFICATE-----");
    return certificate_dates(certificate.get());
}

CertificateDates certificate_dates(const x509_st* certificate)
{
    return {time_of(X509_get0_notBefore(certificate)), time_of(X509_get0_notAfter(certificate))};
}

std::optional<std::string> private_key_fault(const std::string& file)
{
    const auto text = content_of(file);
    if (!text) return text.error();
    if (text->find("ENCRYPTED") != std::string::npos && !key_in(*text))
        return file + " has a passphrase; expected a key without one";
    if (!key_in(*text)) return not_pem(file, "private key") + "PRIVATE KEY-----";
    return std::nullopt;
}

bool key_fits(const std::string& key_file, const std::string& certificate_file)
{
    const auto key_text = content_of(key_file);
    const auto certificate_text = content_of(certificate_file);
    if (!key_text || !certificate_text) return false;
    const auto key = key_in(*key_text);
    const auto certificate = certificate_in(*certificate_text);
    const bool fits = key && certificate && X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return fits;
}

}  // namespace breakwatch
