#include "decode/dns_message.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

constexpr std::size_t kLongestName = 255;
constexpr unsigned kMostPointers = 64;

void append_octet(std::string& name, std::uint8_t octet)
{
    if (octet > 0x20 && octet < 0x7f && octet != '.' && octet != '\\') {
        name += static_cast<char>(octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet);
        return;
    }
    name += '\\';
    for (const auto digit : {octet / 100, octet / 10 % 10, octet % 10}) name += static_cast<char>('0' + digit);
}

// RFC 1035 section 4.1.4. Pointers are followed in the whole message, and only so often; `in` ends
// after the name as it stands here. Octets that are no printable ASCII, dots and backslashes inside a label
// are written \DDD (section 5.1): a label "x.com" is not the name x.com.
bool read_name(Bytes message, ByteReader& in, std::string& name)
{
    name.clear();
    ByteReader* at = &in;
    ByteReader elsewhere{Bytes{}};
    std::size_t octets = 0;
    for (unsigned pointers = 0; pointers <= kMostPointers;) {
        const auto length = at->u8();
        if (at->failed()) return false;
        if (length == 0) return true;
        switch (length & 0xc0U) {
            case 0x00: {
                const auto label = at->take(length);
                octets += label.size() + 1;
                if (at->failed() || octets + 1 > kLongestName) return false;
                if (!name.empty()) name += '.';
                for (const auto octet : label) append_octet(name, octet);
                break;
            }
            case 0xc0: {
                const std::size_t offset = (length & 0x3fU) * 256U + at->u8();
                if (at->failed() || offset >= message.size()) return false;
                elsewhere = ByteReader(message.subspan(offset));
                at = &elsewhere;
                ++pointers;
                break;
            }
            default: return false;
        }
    }
    return false;
}

// Over a name that is not wanted, whatever is in it: up to its end or its first pointer.
void skip_name(ByteReader& in)
{
    while (!in.failed()) {
        const auto length = in.u8();
        if (length == 0) return;
        if ((length & 0xc0U) != 0) return in.skip(1);
        in.skip(length);
    }
}

void read_addresses(ByteReader in, std::size_t width, std::vector<IpAddress>& hints)
{
    while (in.size() >= width && hints.size() < 16) {
        const auto bytes = in.take(width);
        hints.push_back(width == 4 ? IpAddress::v4(bytes.first<4>()) : IpAddress::v6(bytes.first<16>()));
    }
}

// RFC 9460 section 2.2: priority, target, then parameters by key.
void read_service_binding(Bytes message, ByteReader in, DnsRecord& record)
{
    constexpr std::uint16_t kIpv4Hint = 4, kEch = 5, kIpv6Hint = 6;
    in.skip(2);
    if (!read_name(message, in, record.target)) return;
    while (in.size() >= 4) {
        const auto key = in.u16();
        const ByteReader value(in.take(in.u16()));
        if (in.failed()) return;
        if (key == kIpv4Hint) read_addresses(value, 4, record.hints);
        if (key == kIpv6Hint) read_addresses(value, 16, record.hints);
        record.has_ech = record.has_ech || key == kEch;
    }
}

// False: the record cannot be read and nothing after it either.
bool read_record(Bytes message, ByteReader& in, DnsRecord& record, bool& wanted)
{
    if (!read_name(message, in, record.owner)) return false;
    record.type = in.u16();
    in.skip(2);
    record.ttl = in.u32();
    ByteReader value(in.take(in.u16()));
    if (in.failed()) return false;
    wanted = true;
    switch (record.type) {
        case dns_type::a:
            wanted = value.size() == 4;
            if (wanted) record.address = IpAddress::v4(value.rest().first<4>());
            return true;
        case dns_type::aaaa:
            wanted = value.size() == 16;
            if (wanted) record.address = IpAddress::v6(value.rest().first<16>());
            return true;
        case dns_type::cname: return read_name(message, value, record.target);
        case dns_type::svcb:
        case dns_type::https: read_service_binding(message, value, record); return true;
        default: wanted = false; return true;
    }
}

}  // namespace

std::expected<DnsMessage, DecodeError> decode_dns(Bytes bytes)
{
    ByteReader in(bytes);
    DnsMessage message;
    const auto id = in.u16();
    const auto flags = in.u16();
    const auto questions = in.u16();
    const auto answers = in.u16();
    in.skip(4);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    message.id = id;
    message.response = (flags & 0x8000U) != 0;
    message.rcode = static_cast<std::uint8_t>(flags & 0x0fU);
    for (unsigned i = 0; i < questions; ++i) {
        if (i > 0) {
            skip_name(in);
        } else if (!read_name(bytes, in, message.question)) {
            return std::unexpected(DecodeError::bad_value);
        }
        const auto type = in.u16();
        in.skip(2);
        if (in.failed()) return std::unexpected(DecodeError::truncated);
        if (i == 0) message.question_type = type;
    }
    for (unsigned i = 0; i < answers && message.answers.size() < kMostDnsAnswers; ++i) {
        DnsRecord record;
        bool wanted = false;
        // What came before a record cut off or broken is still true.
        if (!read_record(bytes, in, record, wanted)) break;
        if (wanted) message.answers.push_back(std::move(record));
    }
    return message;
}

}  // namespace breakwatch
