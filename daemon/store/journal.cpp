#include "store/journal.hpp"

#include "policy/text.hpp"

#include <boost/json.hpp>

namespace breakwatch {

namespace json = boost::json;

namespace {

// Exact: what a row says is compared with what it said before.
json::value time_of(const std::optional<Timestamp>& time)
{
    return time ? json::value(time->time_since_epoch().count()) : json::value(nullptr);
}

json::object to_object(const Binding& binding)
{
    return {{"staff", binding.staff.value}, {"mac", to_string(binding.mac)},
            {"ip", to_string(binding.ip)},  {"from", time_of(binding.from)},
            {"to", time_of(binding.to)},    {"grade", static_cast<int>(binding.grade)},
            {"zone", binding.zone},         {"reason", binding.reason}};
}

json::object to_object(const JournalDuty& duty)
{
    return {{"staff", duty.interval.staff.value}, {"start", time_of(duty.interval.start)},
            {"end", time_of(duty.interval.end)},  {"activity", static_cast<int>(duty.interval.activity)},
            {"site", duty.interval.site},         {"calls", duty.from_call_system}};
}

json::object to_object(const JournalPerson& person)
{
    json::array macs;
    for (const auto& mac : person.macs) macs.emplace_back(to_string(mac));
    return {{"staff", person.staff.value},
            {"names", json::value_from(person.names)},
            {"macs", std::move(macs)},
            {"planned_from", time_of(person.planned_from)},
            {"planned_until", time_of(person.planned_until)}};
}

Timestamp moment(const json::object& object, const char* key)
{
    return Timestamp{Duration{object.at(key).as_int64()}};
}

std::string member(const json::object& object, const char* key)
{
    return std::string(object.at(key).as_string());
}

std::optional<Timestamp> moment_or_none(const json::object& object, const char* key)
{
    return object.at(key).is_null() ? std::nullopt : std::optional(moment(object, key));
}

JournalPerson person_from(const json::object& object)
{
    JournalPerson person{.staff = {member(object, "staff")},
                         .macs = {},
                         .names = json::value_to<std::vector<std::string>>(object.at("names")),
                         .planned_from = moment_or_none(object, "planned_from"),
                         .planned_until = moment_or_none(object, "planned_until")};
    for (const auto& mac : object.at("macs").as_array())
        person.macs.push_back(parse_mac(std::string_view(mac.as_string())).value_or(MacAddress{}));
    return person;
}

JournalRecord from_object(const json::object& object)
{
    if (object.contains("names")) return person_from(object);
    if (object.contains("activity")) {
        return JournalDuty{{{member(object, "staff")},
                            moment(object, "start"),
                            moment(object, "end"),
                            static_cast<DutyActivity>(object.at("activity").as_int64()),
                            member(object, "site")},
                           object.at("calls").as_bool()};
    }
    Binding binding;
    binding.staff.value = member(object, "staff");
    binding.mac = parse_mac(member(object, "mac")).value_or(MacAddress{});
    binding.ip = parse_ip(member(object, "ip")).value_or(IpAddress{});
    binding.from = moment(object, "from");
    if (!object.at("to").is_null()) binding.to = moment(object, "to");
    binding.grade = static_cast<Grade>(object.at("grade").as_int64());
    binding.zone = member(object, "zone");
    binding.reason = member(object, "reason");
    return binding;
}

// What makes a row the same one: everything but its end and its words.
std::string identity_of(const Binding& binding)
{
    return "binding " + binding.staff.value + " " + to_string(binding.mac) + " " + to_string(binding.ip) + " " +
           std::to_string(binding.from.time_since_epoch().count()) + " " +
           std::to_string(static_cast<int>(binding.grade));
}

std::string identity_of(const JournalDuty& duty)
{
    return "duty " + duty.interval.staff.value + " " + std::to_string(duty.interval.start.time_since_epoch().count()) +
           " " + std::to_string(static_cast<int>(duty.interval.activity)) + (duty.from_call_system ? " calls" : "");
}

std::string identity_of(const JournalPerson& person)
{
    return "person " + person.staff.value;
}

const StaffId& staff_of(const JournalPerson& person)
{
    return person.staff;
}
const StaffId& staff_of(const Binding& binding)
{
    return binding.staff;
}
const StaffId& staff_of(const JournalDuty& duty)
{
    return duty.interval.staff;
}
Timestamp until_of(const Binding& binding, Timestamp now)
{
    return binding.to.value_or(now);
}
Timestamp until_of(const JournalDuty& duty, Timestamp)
{
    return duty.interval.end;
}
Timestamp until_of(const JournalPerson&, Timestamp now)
{
    return now;
}

}  // namespace

const StaffId& staff_of(const JournalRecord& record)
{
    return std::visit([](const auto& told) -> const StaffId& { return staff_of(told); }, record);
}

JournalRow seal(const JournalRecord& record, Timestamp now, const IdentityKey& key)
{
    return std::visit(
        [&](const auto& told) {
            return JournalRow{key.pseudonym(StaffId{identity_of(told)}).value, key.pseudonym(staff_of(told)).value,
                              until_of(told, now), key.seal_text(clean_text(json::serialize(to_object(told))))};
        },
        record);
}

std::optional<JournalRecord> unseal(const std::string& sealed, const IdentityKey& key)
{
    const auto text = key.unseal_text(sealed);
    if (!text) return std::nullopt;
    boost::system::error_code error;
    const auto value = json::parse(clean_text(*text), error);
    if (error || !value.is_object()) return std::nullopt;
    try {
        return from_object(value.get_object());
    } catch (const std::exception&) {
        return std::nullopt;  // of a later version
    }
}

}  // namespace breakwatch
