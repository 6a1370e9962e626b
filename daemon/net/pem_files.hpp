// Certificates and keys in PEM files, as a connection uses them, and `breakwatchd check` asks about them before.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "policy/types.hpp"

struct x509_st;

namespace breakwatch {

struct CertificateDates {
    Timestamp begins;
    Timestamp expires;
};
// The first of the file. The error in words, with the file named.
std::expected<CertificateDates, std::string> read_certificate(const std::string& file);
// What is wrong with the key; nothing when it can be used.
std::optional<std::string> private_key_fault(const std::string& file);
CertificateDates certificate_dates(const x509_st* certificate);
bool key_fits(const std::string& key_file, const std::string& certificate_file);

}  // namespace breakwatch
