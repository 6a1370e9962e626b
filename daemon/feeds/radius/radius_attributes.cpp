#include "feeds/radius/radius_attributes.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace breakwatch {

namespace {

enum : std::uint8_t {
    kUserName = 1,
    kNasIpAddress = 4,
    kFramedIpAddress = 8,
    kCalledStationId = 30,
    kCallingStationId = 31,
    kNasIdentifier = 32,
    kAcctStatusType = 40,
    kAcctDelayTime = 41,
    kAcctInputOctets = 42,
    kAcctOutputOctets = 43,
    kAcctSessionId = 44,
    kAcctInputGigawords = 52,
    kAcctOutputGigawords = 53,
    kEventTimestamp = 55,
    kNasIpv6Address = 95,
    kFramedInterfaceId = 96,
    kFramedIpv6Prefix = 97,
    kFramedIpv6Address = 168,
};

std::optional<std::uint32_t> number(Bytes value)
{
    if (value.size() != 4) return std::nullopt;
    return ByteReader(value).u32();
}

std::optional<IpAddress> v4(Bytes value)
{
    if (value.size() != 4) return std::nullopt;
    return IpAddress::v4(value.first<4>());
}

std::optional<IpAddress> v6(Bytes value)
{
    if (value.size() != 16) return std::nullopt;
    return IpAddress::v6(value.first<16>());
}

// RFC 3162 section 2.3: a reserved octet, the length, and as many octets of the prefix as matter.
std::optional<Subnet> v6_prefix(Bytes value)
{
    ByteReader in(value);
    in.skip(1);
    const auto length = in.u8();
    if (in.failed() || length > 128 || in.size() > 16 || in.size() * 8 < length)
        return std::nullopt;
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(in.rest(), octets.begin());
    return Subnet{masked(IpAddress::v6(octets), length), length};
}

template <typename Value>
bool set(std::optional<Value>& field, const std::optional<Value>& value)
{
    if (value) field = value;
    return value.has_value();
}

template <typename Value>
bool set(Value& field, const std::optional<Value>& value)
{
    field = value.value_or(field);
    return value.has_value();
}

template <typename Value>
bool add(std::vector<Value>& list, const std::optional<Value>& value)
{
    if (!value) return false;
    if (list.size() < AccountingRecord::kAddresses) list.push_back(*value);
    return true;
}

bool set_text(std::string& field, Bytes value)
{
    field = as_text(value);
    return true;
}

bool set_interface_id(AccountingRecord& record, Bytes value)
{
    if (value.size() != 8) return false;
    record.interface_id.emplace();
    std::ranges::copy(value, record.interface_id->begin());
    return true;
}

bool set_seconds(std::chrono::seconds& field, Bytes value)
{
    const auto seconds = number(value);
    field = std::chrono::seconds{seconds.value_or(0)};
    return seconds.has_value();
}

bool set_time(std::optional<Timestamp>& field, Bytes value)
{
    const auto seconds = number(value);
    if (seconds) field = Timestamp{std::chrono::seconds{*seconds}};
    return seconds.has_value();
}

// False: not a value of this attribute.
bool take(AccountingRecord& record, std::uint8_t type, Bytes value)
{
    switch (type) {
        case kUserName:
            return set_text(record.user_name, value);
        case kCalledStationId:
            return set_text(record.called_station, value);
        case kCallingStationId:
            return set_text(record.calling_station, value);
        case kNasIdentifier:
            return set_text(record.nas_identifier, value);
        case kAcctSessionId:
            return set_text(record.session_id, value);
        case kNasIpAddress:
            return set(record.nas_address, v4(value));
        case kNasIpv6Address:
            return record.nas_address || set(record.nas_address, v6(value));
        case kFramedIpAddress:
            return add(record.addresses, v4(value));
        case kFramedIpv6Address:
            return add(record.addresses, v6(value));
        case kFramedIpv6Prefix:
            return add(record.prefixes, v6_prefix(value));
        case kFramedInterfaceId:
            return set_interface_id(record, value);
        case kAcctStatusType:
            return set(record.status_type, number(value));
        case kAcctDelayTime:
            return set_seconds(record.delay, value);
        case kEventTimestamp:
            return set_time(record.event_time, value);
        case kAcctInputOctets:
            return set(record.octets_in, number(value));
        case kAcctOutputOctets:
            return set(record.octets_out, number(value));
        case kAcctInputGigawords:
            return set(record.gigawords_in, number(value));
        case kAcctOutputGigawords:
            return set(record.gigawords_out, number(value));
        default:
            return true;
    }
}

}  // namespace

std::expected<AccountingRecord, SessionRefusal> accounting_record(const RadiusMessage& message)
{
    AccountingRecord record;
    bool understood = true;
    message.for_each([&](std::uint8_t type, Bytes value) {
        understood = take(record, type, value) && understood;
    });
    if (!understood) return std::unexpected(SessionRefusal::malformed_attribute);
    return record;
}

std::expected<SessionEvent, SessionRefusal> session_event(const RadiusMessage& message,
                                                          Timestamp arrival)
{
    const auto record = accounting_record(message);
    if (!record) return std::unexpected(record.error());
    return session_event(*record, arrival);
}

}  // namespace breakwatch
