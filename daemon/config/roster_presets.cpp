#include "config/roster_presets.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "config/embedded_data.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

void read_columns(YamlMap& map, RosterColumns& columns)
{
    const std::array<std::pair<const char*, RosterColumns::Names*>, 15> kColumnKeys{
        {{"agent", &columns.agent},
         {"start", &columns.start},
         {"end", &columns.end},
         {"date", &columns.date},
         {"end_date", &columns.end_date},
         {"start_time", &columns.start_time},
         {"end_time", &columns.end_time},
         {"duration", &columns.duration},
         {"activity", &columns.activity},
         {"tz", &columns.time_zone},
         {"site", &columns.site},
         {"shift", &columns.shift},
         {"inner_activity", &columns.inner_activity},
         {"inner_start", &columns.inner_start},
         {"inner_end", &columns.inner_end}}};
    for (const auto& [key, names] : kColumnKeys) map.text_or_texts(key, *names);
}

bool is_time_of_day(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() != colon + 3) return false;
    const auto digits = [](std::string_view part) {
        return std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (!digits(text.substr(0, colon)) || !digits(text.substr(colon + 1))) return false;
    return std::stoi(std::string(text.substr(0, colon))) <= 48 && text[colon + 1] < '6';
}

void read_code(const std::string& name, YamlMap& map, std::vector<ShiftCode>& codes)
{
    ShiftCode code{name, {}, {}};
    map.required("start", "a time of the day such as 09:00");
    map.required("end", "a time of the day such as 18:00");
    map.text("start", code.start);
    map.text("end", code.end);
    if (!is_time_of_day(code.start))
        map.wrong("start", "found '" + code.start + "'; expected a time of the day such as 09:00");
    if (!is_time_of_day(code.end))
        map.wrong("end", "found '" + code.end +
                             "'; expected a time of the day such as 18:00, or 30:00 for 06:00 on the next day");
    codes.push_back(std::move(code));
}

// Year, month and day once each, in any order.
bool is_date_format(std::string_view format)
{
    std::string order;
    for (const char c : format) {
        if ((c == 'y' || c == 'm' || c == 'd') && !order.ends_with(c)) order += c;
    }
    std::ranges::sort(order);
    return order == "dmy";
}

}  // namespace

void read_roster_words(YamlMap& map, RosterConfig& roster)
{
    const auto add = [](YamlMap& words, const char* key, std::vector<std::string>& all) {
        std::vector<std::string> more;
        words.texts(key, more);
        all.insert(all.end(), more.begin(), more.end());
    };
    map.map("activities", [&](YamlMap& words) {
        add(words, "shift", roster.shift);
        add(words, "break", roster.break_);
        add(words, "meal", roster.meal);
        add(words, "training", roster.training);
        add(words, "off", roster.off);
        add(words, "ignore", roster.ignore);
    });
}

void read_roster_table(YamlMap& map, RosterTable& table)
{
    map.map("columns", [&](YamlMap& columns) { read_columns(columns, table.columns); });
    constexpr std::array kSeparators{std::pair{"comma"sv, ","sv}, std::pair{"semicolon"sv, ";"sv},
                                     std::pair{"tab"sv, "\t"sv}, std::pair{"pipe"sv, "|"sv}};
    std::string_view separator = table.separator;
    map.one_of<std::string_view>("separator", separator, kSeparators);
    table.separator = std::string(separator);
    map.text("date_format", table.date_format);
    if (!table.date_format.empty() && !is_date_format(table.date_format)) {
        map.wrong("date_format",
                  "found '" + table.date_format + "'; expected one such as dd/mm/yyyy, mm/dd/yyyy or yy/mm/dd");
    }
    map.map("shift_codes", [&](YamlMap& codes) {
        codes.named_maps([&](const std::string& name, YamlMap& code) { read_code(name, code, table.shift_codes); });
    });
}

std::string read_roster_preset(YamlMap& map, RosterConfig& roster)
{
    std::string wanted;
    map.text("preset", wanted);
    if (wanted.empty()) return {};
    auto file = YamlFile::parse("roster_presets.yaml", embedded_data("roster_presets.yaml"));
    std::string known;
    bool found = false;
    YamlMap presets(file, file.root, "");
    presets.named_maps([&](const std::string& name, YamlMap& preset) {
        known += (known.empty() ? "" : ", ") + name;
        if (name != wanted) return preset.pass_over();
        found = true;
        std::string for_people;
        preset.text("source", for_people);
        read_roster_words(preset, roster);
        read_roster_table(preset, roster.table);
    });
    if (found && file.errors.empty()) return {};
    return found ? to_string(file.errors.front()) : "found '" + wanted + "'; expected one of " + known;
}

std::vector<std::pair<std::string, RosterTable>> roster_preset_tables()
{
    std::vector<std::pair<std::string, RosterTable>> tables;
    auto file = YamlFile::parse("roster_presets.yaml", embedded_data("roster_presets.yaml"));
    YamlMap presets(file, file.root, "");
    presets.named_maps([&](const std::string& name, YamlMap& preset) {
        RosterTable table;
        read_roster_table(preset, table);
        preset.pass_over();
        tables.emplace_back(name, std::move(table));
    });
    return tables;
}

}  // namespace breakwatch
