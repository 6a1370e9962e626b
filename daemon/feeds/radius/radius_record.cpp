#include "feeds/radius/radius_record.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace breakwatch {

namespace {

using F = RadiusField;

constexpr std::uint16_t kLastVlan = 4094;

template <typename Value>
bool set(std::optional<Value>& field, const RadiusValue& said)
{
    const auto* value = std::get_if<Value>(&said.value);
    if (value != nullptr) field = *value;
    return value != nullptr;
}

template <typename Value>
bool set(Value& field, const RadiusValue& said)
{
    const auto* value = std::get_if<Value>(&said.value);
    if (value != nullptr) field = *value;
    return value != nullptr;
}

// The first that says something stands: a vendor's second attribute is the vaguer one.
bool set_first(std::string& field, const RadiusValue& said)
{
    const auto* value = std::get_if<std::string>(&said.value);
    if (value != nullptr && field.empty()) field = *value;
    return value != nullptr;
}

template <typename Value>
bool add(std::vector<Value>& list, const RadiusValue& said)
{
    const auto* value = std::get_if<Value>(&said.value);
    if (value == nullptr) return false;
    if (list.size() < AccountingRecord::kAddresses) list.push_back(*value);
    return true;
}

bool set_seconds(std::chrono::seconds& field, const RadiusValue& said)
{
    const auto* value = std::get_if<std::uint32_t>(&said.value);
    field = std::chrono::seconds{value == nullptr ? 0 : *value};
    return value != nullptr;
}

bool starts_with(std::string_view text, std::string_view lower_case)
{
    return text.size() >= lower_case.size() &&
           std::ranges::equal(text.substr(0, lower_case.size()), lower_case,
                              [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::uint16_t in_range(std::uint32_t vlan)
{
    return vlan >= 1 && vlan <= kLastVlan ? static_cast<std::uint16_t>(vlan) : std::uint16_t{0};
}

// "30", "VLAN0030", "vlan-30", "U30" (untagged); a VLAN's name says no number: 0.
std::uint16_t vlan_of(std::string_view text)
{
    if (starts_with(text, "vlan")) {
        text.remove_prefix(4);
        if (text.starts_with('-') || text.starts_with('_') || text.starts_with(' ')) text.remove_prefix(1);
    } else if (starts_with(text, "u")) {
        text.remove_prefix(1);
    }
    std::uint32_t vlan = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, vlan);
    return error == std::errc{} && rest == end ? in_range(vlan) : std::uint16_t{0};
}

void keep_vlan(std::uint16_t& field, std::uint16_t vlan)
{
    if (vlan != 0) field = vlan;
}

// RFC 4675 section 2.1: 0x31 is tagged (a telephone's), 0x32 untagged (the device's own).
bool set_egress(AccountingRecord& record, const RadiusValue& said)
{
    const auto* value = std::get_if<std::uint32_t>(&said.value);
    if (value == nullptr) return false;
    if (*value >> 24U == 0x32) keep_vlan(record.egress_vlan, in_range(*value & 0xfffU));
    return true;
}

bool set_egress_name(AccountingRecord& record, const RadiusValue& said)
{
    const auto* value = std::get_if<std::string>(&said.value);
    if (value == nullptr) return false;
    if (value->starts_with('2')) keep_vlan(record.egress_vlan, vlan_of(std::string_view(*value).substr(1)));
    return true;
}

bool set_vlan(AccountingRecord& record, const RadiusValue& said)
{
    if (const auto* text = std::get_if<std::string>(&said.value)) {
        keep_vlan(record.vlan, vlan_of(*text));
        return true;
    }
    const auto* value = std::get_if<std::uint32_t>(&said.value);
    if (value != nullptr) keep_vlan(record.vlan, in_range(*value));
    return value != nullptr;
}

AccountingRecord::Tunnel* tunnel_of(AccountingRecord& record, std::uint8_t tag)
{
    auto found = std::ranges::find(record.tunnels, tag, &AccountingRecord::Tunnel::tag);
    if (found == record.tunnels.end()) {
        if (record.tunnels.size() >= AccountingRecord::kAddresses) return nullptr;
        found = record.tunnels.insert(found, {tag, 0, 0});
    }
    return &*found;
}

bool set_tunnel(AccountingRecord& record, const RadiusValue& said)
{
    auto* tunnel = tunnel_of(record, said.tag);
    if (const auto* type = std::get_if<std::uint32_t>(&said.value)) {
        if (tunnel != nullptr) tunnel->type = *type;
        return true;
    }
    const auto* group = std::get_if<std::string>(&said.value);
    if (tunnel != nullptr && group != nullptr) tunnel->vlan = vlan_of(*group);
    return group != nullptr;
}

// What IOS, IOS XE and others say in "key=value" pairs.
bool set_pair(AccountingRecord& record, const RadiusValue& said)
{
    const auto* text = std::get_if<std::string>(&said.value);
    if (text == nullptr) return false;
    const auto sign = text->find('=');
    if (sign == std::string::npos) return true;
    const auto value = std::string_view(*text).substr(sign + 1);
    const auto key = std::string_view(*text).substr(0, sign);
    const auto is = [key](std::string_view name) { return key.size() == name.size() && starts_with(key, name); };
    if (is("ssid") || is("cisco-wlan-ssid") || is("wlan-ssid") || is("essid")) {
        if (record.ssid.empty()) record.ssid = value;
    } else if (is("vlan-id") || is("vlan")) {
        keep_vlan(record.vlan, vlan_of(value));
    } else if (is("method")) {
        record.by_device = record.by_device || (value.size() == 3 && starts_with(value, "mab"));
    } else if (is("addrv6")) {
        if (const auto ip = parse_ip(value)) return add(record.addresses, {*ip});
    }
    return true;
}

// RFC 2865 section 5.6: Call-Check, the device's own address is all that was checked.
bool set_service(AccountingRecord& record, const RadiusValue& said)
{
    constexpr std::uint32_t kCallCheck = 10;
    const auto* value = std::get_if<std::uint32_t>(&said.value);
    if (value != nullptr && *value == kCallCheck) record.by_device = true;
    return value != nullptr;
}

bool note_place(AccountingRecord& record, RadiusField field, const RadiusValue& said)
{
    switch (field) {
        case F::ssid: return set_first(record.ssid, said);
        case F::access_point: return set_first(record.access_point, said);
        case F::access_point_name: return set_first(record.access_point_name, said);
        case F::device_mac: return set_first(record.device_mac, said);
        case F::vlan:
        case F::vlan_text: return set_vlan(record, said);
        case F::egress_vlan: return set_egress(record, said);
        case F::egress_vlan_text: return set_egress_name(record, said);
        case F::tunnel_type:
        case F::tunnel_group: return set_tunnel(record, said);
        case F::pair: return set_pair(record, said);
        default: return true;
    }
}

bool note_count(AccountingRecord& record, RadiusField field, const RadiusValue& said)
{
    switch (field) {
        case F::delay: return set_seconds(record.delay, said);
        case F::octets_in: return set(record.octets_in, said);
        case F::octets_out: return set(record.octets_out, said);
        case F::gigawords_in: return set(record.gigawords_in, said);
        case F::gigawords_out: return set(record.gigawords_out, said);
        default: return note_place(record, field, said);
    }
}

}  // namespace

bool note(AccountingRecord& record, RadiusField field, const RadiusValue& said)
{
    switch (field) {
        case F::status_type: return set(record.status_type, said);
        case F::user_name: return set(record.user_name, said);
        case F::chargeable_identity: return set(record.chargeable_identity, said);
        case F::service_type: return set_service(record, said);
        case F::session_id: return set(record.session_id, said);
        case F::calling_station: return set(record.calling_station, said);
        case F::called_station: return set(record.called_station, said);
        case F::nas_identifier: return set(record.nas_identifier, said);
        case F::nas_address: return set(record.nas_address, said);
        case F::nas_address_v6: return record.nas_address.has_value() || set(record.nas_address, said);
        case F::sender: return set(record.sender, said);
        case F::address: return add(record.addresses, said);
        case F::prefix: return add(record.prefixes, said);
        case F::interface_id: return set(record.interface_id, said);
        case F::event_time: return set(record.event_time, said);
        default: return note_count(record, field, said);
    }
}

}  // namespace breakwatch
