#include "config/sink_keys.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "config/read_values.hpp"
#include "config/sink_profiles.hpp"
#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

// RFC 5424 table 2.
constexpr std::array kToldSeverities{
    std::pair{"emergency"sv, 0}, std::pair{"alert"sv, 1},  std::pair{"critical"sv, 2},      std::pair{"error"sv, 3},
    std::pair{"warning"sv, 4},   std::pair{"notice"sv, 5}, std::pair{"informational"sv, 6}, std::pair{"debug"sv, 7}};

bool is_code(std::string_view code)
{
    return std::ranges::find(kEvents, code, &EventKind::code) != kEvents.end();
}

bool begins_a_code(std::string_view beginning)
{
    return !beginning.empty() &&
           std::ranges::any_of(kEvents, [&](const EventKind& event) { return event.code.starts_with(beginning); });
}

}  // namespace

void read_profile(YamlMap& map, const std::string& key, SyslogConfig& sink)
{
    std::array<std::pair<std::string_view, const SinkProfile*>, kSinkProfiles.size()> words;
    std::ranges::transform(kSinkProfiles, words.begin(),
                           [](const SinkProfile& profile) { return std::pair{profile.word, &profile}; });
    const SinkProfile* chosen = nullptr;
    map.one_of<const SinkProfile*>(key, chosen, words);
    if (chosen != nullptr) apply_profile(*chosen, sink);
}

void read_severities(YamlMap& map, const std::string& key, SyslogConfig& sink)
{
    map.map(key, [&](YamlMap& codes) {
        codes.named_texts([&](const std::string& code, const std::string& word) {
            const auto severity = std::ranges::find(kToldSeverities, word, &std::pair<std::string_view, int>::first);
            if (!is_code(code)) return codes.wrong(code, "is no code of an event; `breakwatch events` lists them");
            if (severity == kToldSeverities.end())
                return codes.wrong(code, "found '" + word +
                                             "'; expected emergency, alert, critical, error, warning, notice, "
                                             "informational or debug");
            sink.severity[code] = severity->second;
        });
    });
}

void read_delimiter(YamlMap& map, const std::string& key, SyslogConfig& sink)
{
    std::string word = "tab";
    map.text(key, word);
    const bool sign = word.size() == 1 && std::ispunct(static_cast<unsigned char>(word[0])) != 0;
    if (word == "tab") {
        sink.delimiter = '\t';
    } else if (sign && word != "=" && word != "|") {
        sink.delimiter = word[0];
    } else {
        map.wrong(key, "found '" + word + "'; expected `tab`, or one sign that is neither = nor |");
    }
}

void read_filter(YamlMap& map, const std::string& key, SyslogConfig& sink)
{
    map.map(key, [&](YamlMap& filter) {
        filter.text_or_texts("codes", sink.filter.codes);
        for (const auto& code : sink.filter.codes) {
            if (!begins_a_code(code))
                filter.wrong("codes", "found '" + code + "', which no event's code begins with; `breakwatch events`");
        }
        filter.one_of<int>("severity", sink.filter.severity, kToldSeverities);
        filter.text_or_texts("rules", sink.filter.rules);
    });
}

}  // namespace breakwatch
