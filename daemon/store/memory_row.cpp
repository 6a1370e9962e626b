#include "store/memory_row.hpp"

#include <bit>
#include <boost/describe/class.hpp>
#include <boost/json.hpp>
#include <type_traits>
#include <utility>

#include "policy/text.hpp"

// The names of the members are the format: a row that another version wrote is told and left out.
namespace boost::json {

void tag_invoke(value_from_tag, value& to, const breakwatch::Duration& from)
{
    to = from.count();
}
breakwatch::Duration tag_invoke(value_to_tag<breakwatch::Duration>, const value& from)
{
    return breakwatch::Duration{from.as_int64()};
}
void tag_invoke(value_from_tag, value& to, const breakwatch::Timestamp& from)
{
    to = from.time_since_epoch().count();
}
breakwatch::Timestamp tag_invoke(value_to_tag<breakwatch::Timestamp>, const value& from)
{
    return breakwatch::Timestamp{breakwatch::Duration{from.as_int64()}};
}

}  // namespace boost::json

namespace breakwatch {

namespace json = boost::json;

// Found by their arguments, for every enumeration of ours.
template <typename Enum>
    requires std::is_enum_v<Enum>
void tag_invoke(json::value_from_tag, json::value& to, const Enum& from)
{
    to = static_cast<std::int64_t>(std::to_underlying(from));
}
template <typename Enum>
    requires std::is_enum_v<Enum>
Enum tag_invoke(json::value_to_tag<Enum>, const json::value& from)
{
    return static_cast<Enum>(json::value_to<std::underlying_type_t<Enum>>(from));
}

void tag_invoke(json::value_from_tag, json::value& to, const MacAddress& from)
{
    to = to_string(from);
}
MacAddress tag_invoke(json::value_to_tag<MacAddress>, const json::value& from)
{
    return parse_mac(std::string_view(from.as_string())).value();
}
void tag_invoke(json::value_from_tag, json::value& to, const IpAddress& from)
{
    to = from.family == IpAddress::Family::none ? "" : to_string(from);
}
IpAddress tag_invoke(json::value_to_tag<IpAddress>, const json::value& from)
{
    const auto& text = from.as_string();
    return text.empty() ? IpAddress{} : parse_ip(std::string_view(text)).value();
}

BOOST_DESCRIBE_STRUCT(StaffId, (), (value))
BOOST_DESCRIBE_STRUCT(Subnet, (), (network, length))
BOOST_DESCRIBE_STRUCT(Device, (), (mac, ip, vlan, behind))
BOOST_DESCRIBE_STRUCT(AddressUse, (), (from, mac, last, until, source, vlan))
BOOST_DESCRIBE_STRUCT(HeldAddress, (), (ip, holding))
BOOST_DESCRIBE_STRUCT(EndedAddress, (), (ip, mac, at))
BOOST_DESCRIBE_STRUCT(SessionEvent, (),
                      (kind, nas, session_id, user, realm, by_device, mac, addresses, prefixes, access_point,
                       access_point_name, ssid, vlan, at, clock_error, octets_in, octets_out))
BOOST_DESCRIBE_STRUCT(Suspicion, (), (kind, what, at, mac, ip))
BOOST_DESCRIBE_STRUCT(CallEvent, (),
                      (source, id, type, staff, at, queue, ended_by, talk, channel, hold, wrap_up, instead_of))
BOOST_DESCRIBE_STRUCT(AgentStateEvent, (), (source, staff, kind, reason, queue, at, instead_of))
BOOST_DESCRIBE_STRUCT(Finding, (),
                      (device, at, platform, kind, tier, confidence, reasons, server_name, name_origin, transport,
                       up_bytes, down_bytes, server_wait))
BOOST_DESCRIBE_STRUCT(DutyInterval, (), (staff, start, end, activity, site))
BOOST_DESCRIBE_STRUCT(DutyState, (), (on_shift, unknown, shift, pause, from_call_system, conflict))
BOOST_DESCRIBE_STRUCT(Occasion, (), (kind, source, id))
BOOST_DESCRIBE_STRUCT(IncidentKey, (), (staff, rule, platform, occasion))
BOOST_DESCRIBE_STRUCT(Binding, (), (staff, mac, ip, from, to, grade, zone, reason, doubts))
BOOST_DESCRIBE_STRUCT(Call, (),
                      (source, id, staff, queue, answered, ended, ended_by, answer_derived, channel, hold, wrap_up))
BOOST_DESCRIBE_STRUCT(Judgement, (),
                      (outcome, people, would_be_incident, key, severity, least_confidence, binding, duty, call))
BOOST_DESCRIBE_STRUCT(RecordedExchange, (), (finding, judgement, contacts))
BOOST_DESCRIBE_STRUCT(Mention, (), (source, reference, platform, at, within, contact, withdrawn))
BOOST_DESCRIBE_STRUCT(KeptMention, (), (mention, revision, final, key, finding))
BOOST_DESCRIBE_STRUCT(WatchedSpan, (), (from, until))
BOOST_DESCRIBE_STRUCT(CompleteSince, (), (at))
BOOST_DESCRIBE_STRUCT(BudgetScore, (), (key, at, score, raised))
BOOST_DESCRIBE_STRUCT(KeptFinding, (), (finding, settled, duty, key, severity, least_confidence, binding, call))

namespace {

// To the last bit, which JSON's reader does not promise.
std::string exact(double number)
{
    return std::to_string(std::bit_cast<std::uint64_t>(number));
}

// Which one it is, and what it says.
std::string to_text(const Memory& memory)
{
    return std::visit(
        [&memory](const auto& told) {
            json::array whole{memory.index(), json::value_from(told)};
            if constexpr (requires { told.finding.confidence; }) whole.emplace_back(exact(told.finding.confidence));
            return clean_text(json::serialize(whole));
        },
        memory);
}

template <std::size_t Index = 0>
std::optional<Memory> read(std::size_t index, const json::value& value)
{
    if constexpr (Index < std::variant_size_v<Memory>) {
        if (index == Index) return json::value_to<std::variant_alternative_t<Index, Memory>>(value);
        return read<Index + 1>(index, value);
    } else {
        return std::nullopt;
    }
}

}  // namespace

MemoryUpdate seal(const MemoryChanges& changes, const IdentityKey& key)
{
    MemoryUpdate update;
    // A pseudonym has 48 bits: too few for so many rows.
    const auto id_of = [&key](const std::string& text) {
        return key.pseudonym({"memory " + text}).value + key.pseudonym({"again " + text}).value;
    };
    for (const auto& change : changes.rows) {
        if (change.gone) {
            update.gone.push_back(id_of(change.key));
            continue;
        }
        const auto text = to_text(change.memory);
        auto& rows = change.after_effects ? update.put_last : update.put;
        rows.push_back({id_of(change.key.empty() ? text : change.key),
                        change.owner ? key.pseudonym(*change.owner).value : "", change.until, key.seal_text(text)});
    }
    for (const auto& staff : changes.forgotten) update.forgotten.push_back(key.pseudonym(staff).value);
    return update;
}

std::expected<Memory, std::string> unseal_memory(const std::string& sealed, const IdentityKey& key)
{
    const auto text = key.unseal_text(sealed);
    if (!text) return std::unexpected("sealed with another key, or spoilt");
    try {
        const auto value = json::parse(*text);
        auto memory = read(value.as_array().at(0).to_number<std::size_t>(), value.as_array().at(1));
        if (!memory) return std::unexpected("of a later version");
        const auto take_exact = [&value](auto& told) {
            if constexpr (requires { told.finding.confidence; })
                told.finding.confidence =
                    std::bit_cast<double>(std::stoull(std::string(value.as_array().at(2).as_string())));
        };
        std::visit(take_exact, *memory);
        return std::move(*memory);
    } catch (const std::exception& wrong) {
        return std::unexpected(std::string("of another version: ") + wrong.what());
    }
}

}  // namespace breakwatch
