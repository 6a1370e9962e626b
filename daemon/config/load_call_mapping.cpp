#include "config/load_call_mapping.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/embedded_data.hpp"
#include "config/mapping_reader.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;
using Shape = CallMapping::Shape;
using Unit = CallMapping::Unit;

constexpr std::array kShapes{std::pair{"json"sv, Shape::json}, std::pair{"csv"sv, Shape::csv},
                             std::pair{"fixed"sv, Shape::fixed}, std::pair{"pattern"sv, Shape::pattern},
                             std::pair{"form"sv, Shape::form}};
constexpr std::array kUnits{std::pair{"s"sv, Unit::seconds}, std::pair{"ms"sv, Unit::milliseconds},
                            std::pair{"min"sv, Unit::minutes}, std::pair{"h:mm:ss"sv, Unit::clock},
                            std::pair{"hmmt"sv, Unit::hmmt}};
constexpr std::array kSeparators{std::pair{"comma"sv, ','}, std::pair{"semicolon"sv, ';'}, std::pair{"tab"sv, '\t'},
                                 std::pair{"pipe"sv, '|'}, std::pair{"bar"sv, '|'}};
constexpr std::array kTimeWords{"rfc3339"sv, "epoch-s"sv, "epoch-ms"sv};
constexpr std::string_view kDirectives = "YymbdeHIMSfpzja";
constexpr std::size_t kLongestRecord = 4096;
constexpr std::string_view kPresets = "presets/";

// A key that would be passed over is an error.
void check_keys(YamlMap& top, Shape shape)
{
    const auto only = [&](const std::string& key, bool means) {
        if (top.has(key) && !means) top.wrong(key, "means nothing for this record");
    };
    only("records", shape == Shape::json);
    only("columns", shape == Shape::csv || shape == Shape::fixed);
    only("separator", shape == Shape::csv);
    only("patterns", shape == Shape::pattern);
    only("record_length", shape == Shape::fixed);
}

void read_fixed(YamlMap& top, CallMapping& mapping, std::set<std::string>& known)
{
    top.required("columns", "the places of the columns: {date: {at: 1, length: 6}}");
    top.map("columns", [&](YamlMap& columns) {
        columns.named_maps([&](const std::string& name, YamlMap& map) {
            std::size_t at = 1;
            auto& column = mapping.fixed[name];
            map.required("at", "the first octet, counted from 1");
            map.required("length", "a number of octets");
            map.integer("at", at, 1, kLongestRecord);
            map.integer("length", column.length, 1, kLongestRecord);
            column.at = at - 1;
            if (mapping.record_length != 0 && column.at + column.length > mapping.record_length) {
                map.wrong("length", "reaches beyond the record's " + std::to_string(mapping.record_length) + " octets");
            }
            known.insert(name);
        });
    });
}

void read_patterns(YamlMap& top, CallMapping& mapping, std::set<std::string>& known, const PatternGroups& groups)
{
    top.required("patterns", "a list of regular expressions with named groups");
    top.texts("patterns", mapping.patterns);
    for (const auto& pattern : mapping.patterns) {
        const auto names = groups(pattern);
        if (!names) {
            top.wrong("patterns", names.error());
        } else {
            known.insert(names->begin(), names->end());
        }
    }
}

void read_times(YamlMap& top, CallMapping& mapping)
{
    top.texts("time_formats", mapping.time_formats);
    for (const auto& format : mapping.time_formats) {
        if (const auto wrong = wrong_time_format(format)) top.wrong("time_formats", *wrong);
    }
    if (mapping.time_formats.empty())
        top.wrong("time_formats",
                  "is empty; expected rfc3339, epoch-s, epoch-ms or a pattern such as %Y-%m-%d %H:%M:%S");
    top.text("time_zone", mapping.time_zone);
    std::error_code error;
    const auto& zone = mapping.time_zone;
    const bool plain = zone.find("..") == std::string::npos && !zone.starts_with('/');
    if (!zone.empty() && (!plain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + zone, error))) {
        top.wrong("time_zone", "found '" + zone + "'; expected an IANA time zone such as Asia/Tokyo");
    }
    top.one_of<Unit>("durations", mapping.unit, kUnits);
}

void read_encoding(YamlMap& top, CallMapping& mapping)
{
    top.encoding_of_lines("encoding", mapping.encoding);
    if (mapping.shape == Shape::json && top.has("encoding"))
        top.wrong("encoding", "means nothing for JSON, which is UTF-8");
}

void read_mapping(YamlMap& top, CallMapping& mapping, const PatternGroups& groups)
{
    int version = 1;
    std::set<std::string> known;
    top.integer("version", version, 1, 1);
    top.required("record", "json, csv, fixed, pattern or form");
    top.one_of<Shape>("record", mapping.shape, kShapes);
    check_keys(top, mapping.shape);
    read_encoding(top, mapping);
    top.text("records", mapping.records);
    if (!mapping.records.empty() && !mapping.records.starts_with('/'))
        top.wrong("records", "expected a JSON pointer such as /items");
    top.integer("record_length", mapping.record_length, 1, kLongestRecord);
    top.one_of<char>("separator", mapping.separator, kSeparators);
    if (mapping.shape == Shape::csv) top.texts("columns", mapping.columns);
    if (mapping.shape == Shape::fixed) read_fixed(top, mapping, known);
    if (mapping.shape == Shape::pattern) read_patterns(top, mapping, known, groups);
    known.insert(mapping.columns.begin(), mapping.columns.end());
    read_times(top, mapping);
    MappingReader(mapping, std::move(known)).events(top);
    top.map("poll", [&](YamlMap& map) { read_poll(map, mapping.poll.emplace()); });
}

std::expected<CallMapping, ConfigErrors> read(YamlFile file, const PatternGroups& groups)
{
    CallMapping mapping;
    mapping.name = file.name;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        read_mapping(top, mapping, groups);
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return mapping;
}

}  // namespace

std::optional<std::string> wrong_time_format(const std::string& format)
{
    if (std::ranges::find(kTimeWords, format) != kTimeWords.end()) return std::nullopt;
    const std::string expected = "; expected rfc3339, epoch-s, epoch-ms or a pattern such as %Y-%m-%d %H:%M:%S";
    std::string used;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        const char letter = i + 1 < format.size() ? format[++i] : '\0';
        if (kDirectives.find(letter) == std::string_view::npos || letter == '\0')
            return "found '" + format + "', with a % that means nothing" + expected;
        used += letter;
    }
    const auto has = [&](std::string_view any) { return used.find_first_of(any) != std::string::npos; };
    const bool day = has("Yy") && (has("j") || (has("mb") && has("de")));
    if (!day || !has("HI"))
        return "found '" + format + "', which does not name a moment: year, month, day and hour" + expected;
    return std::nullopt;
}

std::expected<CallMapping, ConfigErrors> load_call_mapping(const std::filesystem::path& path,
                                                           const PatternGroups& groups)
{
    return read(YamlFile::read(path), groups);
}

std::expected<CallMapping, ConfigErrors> parse_call_mapping(const std::string& name, const std::string& text,
                                                            const PatternGroups& groups)
{
    return read(YamlFile::parse(name, text), groups);
}

std::expected<CallMapping, ConfigErrors> load_call_preset(std::string_view name, const PatternGroups& groups)
{
    auto mapping = parse_call_mapping(std::string(name) + " (shipped)",
                                      embedded_data(std::string(kPresets) + std::string(name) + ".yaml"), groups);
    return mapping;
}

std::vector<std::string> call_preset_names()
{
    std::vector<std::string> names;
    for (const auto& name : embedded_names()) {
        if (!name.starts_with(kPresets)) continue;
        names.push_back(name.substr(kPresets.size(), name.size() - kPresets.size() - std::string_view(".yaml").size()));
    }
    return names;
}

}  // namespace breakwatch
