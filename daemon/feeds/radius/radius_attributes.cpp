#include "feeds/radius/radius_attributes.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "feeds/radius/radius_record.hpp"

namespace breakwatch {

namespace {

constexpr std::uint8_t kVendorSpecific = 26;

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
    if (in.failed() || length > 128 || in.size() > 16 || in.size() * 8 < length) return std::nullopt;
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(in.rest(), octets.begin());
    return Subnet{masked(IpAddress::v6(octets), length), length};
}

// Some access points count a C string's end as a part of it.
std::string text(Bytes value)
{
    const auto said = as_text(value);
    return std::string(said.substr(0, said.find_last_not_of('\0') + 1));
}

// RFC 2868 section 3.6: a first octet above 0x1f is a part of the text.
RadiusValue tagged_text(Bytes value)
{
    const bool tagged = !value.empty() && value[0] <= 0x1f;
    return {text(tagged ? value.subspan(1) : value), tagged ? value[0] : std::uint8_t{0}};
}

}  // namespace

std::optional<RadiusValue> radius_value(RadiusType type, Bytes value)
{
    ByteReader in(value);
    switch (type) {
        case RadiusType::text: return RadiusValue{text(value)};
        case RadiusType::tagged_text: return tagged_text(value);
        case RadiusType::v4: return wrapped(v4(value));
        case RadiusType::v6: return wrapped(v6(value));
        case RadiusType::v6_prefix: return wrapped(v6_prefix(value));
        default: break;
    }
    if (type == RadiusType::interface_id) {
        std::array<std::uint8_t, 8> octets{};
        if (value.size() != octets.size()) return std::nullopt;
        std::ranges::copy(value, octets.begin());
        return RadiusValue{octets};
    }
    if (type == RadiusType::mac) {
        MacAddress mac;
        if (value.size() != mac.octets.size()) return RadiusValue{text(value)};
        std::ranges::copy(value, mac.octets.begin());
        return RadiusValue{to_string(mac)};
    }
    if (value.size() != 4) return std::nullopt;
    if (type == RadiusType::time) return RadiusValue{Timestamp{std::chrono::seconds{in.u32()}}};
    if (type == RadiusType::number) return RadiusValue{in.u32()};
    const auto tag = in.u8();  // RFC 2868 section 3.1
    return RadiusValue{in.u24(), tag};
}

namespace {

// False: not a value of this attribute.
bool take(AccountingRecord& record, const RadiusAttribute* attribute, Bytes value)
{
    if (attribute == nullptr) return true;
    const auto said = radius_value(attribute->type, value);
    return (said && note(record, attribute->field, *said)) || is_hint(attribute->field);
}

// RFC 2865 section 5.26. A vendor that puts something else there says nothing; that is no fault.
void take_vendors(AccountingRecord& record, Bytes value)
{
    ByteReader in(value);
    const auto vendor = in.u32();
    if (vendor == 0) return;
    while (!in.empty()) {
        const auto number = in.u8();
        const auto length = in.u8();
        if (in.failed() || length < 2) return;
        const auto inside = in.take(length - 2U);
        if (in.failed()) return;
        take(record, radius_attribute(vendor, number), inside);
    }
}

}  // namespace

std::expected<AccountingRecord, SessionRefusal> accounting_record(const RadiusMessage& message)
{
    AccountingRecord record;
    bool understood = true;
    message.for_each([&](std::uint8_t type, Bytes value) {
        if (type == kVendorSpecific) return take_vendors(record, value);
        understood = take(record, radius_attribute(0, type), value) && understood;
    });
    if (!understood) return std::unexpected(SessionRefusal::malformed_attribute);
    return record;
}

std::expected<SessionEvent, SessionRefusal> session_event(const RadiusMessage& message, Timestamp arrival)
{
    const auto record = accounting_record(message);
    if (!record) return std::unexpected(record.error());
    return session_event(*record, arrival);
}

}  // namespace breakwatch
