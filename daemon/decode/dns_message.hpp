// DNS responses (RFC 1035, 3596, 9460): which name got which addresses. Questions alone name nothing.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct DnsRecord {
    std::string owner;  // lower case, without a trailing dot, odd octets as \DDD
    std::uint16_t type = 0;
    std::uint32_t ttl = 0;         // seconds
    IpAddress address;             // A, AAAA
    std::string target;            // CNAME; SVCB and HTTPS target
    std::vector<IpAddress> hints;  // SVCB, HTTPS
    bool has_ech = false;          // SVCB, HTTPS: an ech parameter
};

namespace dns_type {
inline constexpr std::uint16_t a = 1, cname = 5, aaaa = 28, svcb = 64, https = 65;
}

struct DnsMessage {
    bool response = false;
    std::uint16_t id = 0;
    std::uint8_t rcode = 0;
    std::string question;  // of the first question; lower case
    std::uint16_t question_type = 0;
    std::vector<DnsRecord> answers;  // A, AAAA, CNAME, SVCB, HTTPS of the answer section, at most kMostDnsAnswers
};

inline constexpr std::size_t kMostDnsAnswers = 256;

std::expected<DnsMessage, DecodeError> decode_dns(Bytes message);

}  // namespace breakwatch
