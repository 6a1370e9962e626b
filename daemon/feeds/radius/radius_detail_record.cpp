#include "feeds/radius/radius_detail_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

#include "feeds/radius/radius_attributes.hpp"
#include "feeds/radius/radius_dictionary.hpp"
#include "feeds/radius/radius_record.hpp"

namespace breakwatch {

namespace {

using std::chrono::seconds;

constexpr std::size_t kCtimeLength = 24;  // "Mon Nov 23 16:38:36 2026"

template <typename Number>
std::optional<Number> parse_number(std::string_view text)
{
    Number value{};
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> found;
    while (found.size() < 8) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty()) break;
        const auto word = text.substr(0, text.find(' '));
        found.push_back(word);
        text.remove_prefix(word.size());
    }
    return found;
}

// "Nov", "23", "16:38:36", "2026" as if they were UTC.
std::optional<Timestamp> calendar_time(std::string_view month, std::string_view day, std::string_view clock,
                                       std::string_view year)
{
    static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::ranges::find(kMonths, month);
    const auto d = parse_number<unsigned>(day);
    const auto y = parse_number<int>(year);
    if (found == kMonths.end() || !d || !y || *y < 1970 || *y > 2200 || clock.size() != 8 || clock[2] != ':' ||
        clock[5] != ':') {
        return std::nullopt;
    }
    const auto h = parse_number<unsigned>(clock.substr(0, 2));
    const auto m = parse_number<unsigned>(clock.substr(3, 2));
    const auto s = parse_number<unsigned>(clock.substr(6, 2));
    const std::chrono::year_month_day date{std::chrono::year(*y),
                                           std::chrono::month(static_cast<unsigned>(found - kMonths.begin()) + 1),
                                           std::chrono::day(*d)};
    if (!h || !m || !s || *h > 23 || *m > 59 || *s > 60 || !date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + seconds{*h * 3600 + *m * 60 + *s};
}

// ctime(3): what every record begins with unless `header` in the module's configuration says else.
std::optional<Timestamp> parse_ctime(std::string_view text)
{
    const auto parts = words(text);
    if (parts.size() != 5) return std::nullopt;
    return calendar_time(parts[1], parts[2], parts[3], parts[4]);
}

// What the server's local time is ahead of UTC: its record header less its Timestamp. Zones are a
// multiple of a quarter of an hour; more than a minute off one, the header is not what we think.
std::optional<seconds> zone_offset(std::optional<Timestamp> header, Timestamp arrival)
{
    if (!header) return std::nullopt;
    const auto ahead = std::chrono::round<seconds>(*header - arrival);
    const auto rounded = std::chrono::round<std::chrono::duration<int, std::ratio<900>>>(ahead);
    const auto off = ahead - rounded;
    if (off > seconds{60} || off < seconds{-60} || std::chrono::abs(rounded) > std::chrono::hours{15}) {
        return std::nullopt;
    }
    return seconds(rounded);
}

// "Nov 23 2026 16:38:36 JST": the zone's abbreviation tells nothing that could be relied on, but it
// is the zone of the record's header.
std::optional<Timestamp> parse_event_time(std::string_view text, std::optional<seconds> offset)
{
    if (const auto epoch = parse_number<std::uint32_t>(text)) return Timestamp{seconds{*epoch}};
    const auto parts = words(text);
    if (parts.size() < 4) return std::nullopt;
    const auto local = calendar_time(parts[0], parts[1], parts[3], parts[2]);
    if (!local) return std::nullopt;
    if (parts.size() == 5 && (parts[4] == "UTC" || parts[4] == "GMT")) return local;
    if (!offset) return std::nullopt;
    return *local - *offset;
}

// FreeRADIUS writes strings in quotes, with \" \\ \n \r \t and \ooo for what is not printable.
std::string unquote(std::string_view text)
{
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    text = text.substr(1, text.size() - 2);
    const auto octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        const char c = text[++i];
        if (octal(c) && i + 2 < text.size() && octal(text[i + 1]) && octal(text[i + 2])) {
            plain += static_cast<char>((c - '0') * 64 + (text[i + 1] - '0') * 8 + (text[i + 2] - '0'));
            i += 2;
            continue;
        }
        plain += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
    }
    return plain;
}

std::optional<std::uint32_t> parse_status_type(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, std::uint32_t>, 6> kNames{
        {{"Start", 1}, {"Stop", 2}, {"Interim-Update", 3}, {"Alive", 3}, {"Accounting-On", 7}, {"Accounting-Off", 8}}};
    const auto found = std::ranges::find(kNames, text, [](const auto& entry) { return entry.first; });
    if (found != kNames.end()) return found->second;
    // Another name of the dictionary: something that is not a session's beginning, state or end.
    return parse_number<std::uint32_t>(text).value_or(0);
}

// "0:aabb:ccdd:eeff" or "0a0b:0:0:1": four groups of hexadecimal digits.
std::optional<std::array<std::uint8_t, 8>> parse_interface_id(std::string_view text)
{
    const auto address = parse_ip("::" + std::string(text));
    if (!address || std::ranges::count(text, ':') != 3) return std::nullopt;
    std::array<std::uint8_t, 8> low{};
    std::ranges::copy(std::span(address->octets).last<8>(), low.begin());
    return low;
}

// "0x4252454b", without quotes: the octets as they came.
std::optional<std::vector<std::uint8_t>> parse_octets(std::string_view text)
{
    if (!text.starts_with("0x") || text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> octets;
    for (std::size_t i = 2; i < text.size(); i += 2) {
        std::uint8_t octet = 0;
        const auto* const end = text.data() + i + 2;
        const auto [rest, error] = std::from_chars(text.data() + i, end, octet, 16);
        if (error != std::errc{} || rest != end) return std::nullopt;
        octets.push_back(octet);
    }
    return octets;
}

// Names that the server writes instead of numbers. One that is not known stands for another value.
std::uint32_t parse_enumerated(RadiusField field, std::string_view text)
{
    if (field == RadiusField::status_type) return parse_status_type(text).value_or(0);
    const bool wanted = (field == RadiusField::service_type && text.starts_with("Call") && text.ends_with("Check"));
    if (wanted) return 10;
    constexpr std::uint32_t kOther = 0xffffff;
    return field == RadiusField::tunnel_type && (text == "VLAN" || text == "Virtual-LANs") ? 13 : kOther;
}

bool has_names(RadiusField field)
{
    return field == RadiusField::status_type || field == RadiusField::service_type || field == RadiusField::tunnel_type;
}

std::optional<RadiusValue> number_in(RadiusField field, std::string_view text)
{
    if (const auto number = parse_number<std::uint32_t>(text)) return RadiusValue{*number};
    if (!has_names(field)) return std::nullopt;
    return RadiusValue{parse_enumerated(field, text)};
}

std::optional<RadiusValue> value_in(const RadiusAttribute& attribute, const std::string& text)
{
    switch (attribute.type) {
        case RadiusType::text:
        case RadiusType::tagged_text:
        case RadiusType::mac: return RadiusValue{text};
        case RadiusType::number:
        case RadiusType::tagged_number: return number_in(attribute.field, text);
        case RadiusType::v4:
        case RadiusType::v6: return wrapped(parse_ip(text));
        case RadiusType::v6_prefix: return wrapped(parse_subnet(text));
        case RadiusType::interface_id: return wrapped(parse_interface_id(text));
        case RadiusType::time: break;  // needs the zone of the record's header
    }
    return std::nullopt;
}

// "Tunnel-Private-Group-Id:1" is of the tunnel 1.
std::uint8_t tag_of(std::string_view name)
{
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return 0;
    return parse_number<std::uint8_t>(name.substr(colon + 1)).value_or(0);
}

// False: not a value of this attribute.
bool take_value(AccountingRecord& record, std::string_view name, std::string_view raw)
{
    const auto* attribute = radius_attribute(name);
    if (attribute == nullptr) return true;
    const auto octets = parse_octets(raw);
    auto said = octets ? radius_value(attribute->type, *octets) : value_in(*attribute, unquote(raw));
    if (said && said->tag == 0) said->tag = tag_of(name);
    return (said && note(record, attribute->field, *said)) || is_hint(attribute->field);
}

}  // namespace

void DetailRecordReader::refuse(std::uint64_t number, std::string what)
{
    if (!refusal_) refusal_ = DetailRefusal{number, std::move(what)};
}

void DetailRecordReader::begin(std::string_view line, std::uint64_t number)
{
    record_ = DetailRecord{{}, {}, number};
    inside_ = true;
    size_ = 0;
    header_time_ = parse_ctime(line);
    arrival_.reset();
    event_time_.clear();
    refusal_.reset();
}

std::optional<DetailRecordReader::Result> DetailRecordReader::take(std::string_view line, std::uint64_t number,
                                                                   bool too_long)
{
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return finish();

    // A server that was killed in mid-record goes on with the next header wherever it stopped.
    const auto tail = line.size() > kCtimeLength ? line.substr(line.size() - kCtimeLength) : line;
    const bool header = !too_long && parse_ctime(tail).has_value();
    if (!inside_ || header) {
        if (inside_) refuse(number, "a record ends in its middle; expected a blank line before the next");
        auto torn = inside_ ? finish() : std::nullopt;
        begin(header ? tail : line, number);
        if (too_long) refuse(number, "line too long");
        return torn;
    }
    size_ += line.size() + 1;
    if (too_long || size_ > longest_record_) {
        refuse(number, "record too long; expected at most " + std::to_string(longest_record_) + " bytes");
    } else {
        attribute(line, number);
    }
    return std::nullopt;
}

void DetailRecordReader::attribute(std::string_view line, std::uint64_t number)
{
    const auto sign = line.find(" = ");
    const auto before = std::min({line.find(" := "), line.find(" += "), line.find(" == ")});
    const auto end = std::min(sign, before);
    if (!line.starts_with('\t') || end == std::string_view::npos) {
        return refuse(number, "expected a tab and \"Attribute = value\"");
    }
    const auto attribute_name = line.substr(1, end - 1);
    const auto raw = line.substr(end + (end == sign ? 3 : 4));
    if (attribute_name == "Timestamp") {
        const auto epoch = parse_number<std::uint32_t>(unquote(raw));
        if (!epoch) return refuse(number, "Timestamp: expected seconds since 1970");
        arrival_ = Timestamp{seconds{*epoch}};
        return;
    }
    if (attribute_name == "Event-Timestamp") {
        event_time_ = unquote(raw);
        return;
    }
    if (!take_value(record_.accounting, attribute_name, raw)) {
        refuse(number, std::string(attribute_name) + ": not a value of this attribute");
    }
}

std::optional<DetailRecordReader::Result> DetailRecordReader::finish()
{
    if (!std::exchange(inside_, false)) return std::nullopt;
    if (!arrival_) refuse(record_.line, "a record without Timestamp");
    if (refusal_) return std::unexpected(*refusal_);
    record_.arrival = *arrival_;
    if (!event_time_.empty()) {
        record_.accounting.event_time = parse_event_time(event_time_, zone_offset(header_time_, *arrival_));
    }
    return std::move(record_);
}

std::optional<DetailRecordReader::Result> DetailRecordReader::end_of_file()
{
    if (!inside_) return std::nullopt;
    refuse(record_.line, "the file ended in the middle of this record");
    return finish();
}

}  // namespace breakwatch
