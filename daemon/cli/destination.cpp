#include "cli/destination.hpp"

#include <algorithm>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/transports/syslog_transport.hpp"
#include "config/load_config.hpp"
#include "config/read_values.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"

namespace breakwatch {

std::string unknown_word(const char* option, const std::string& word, std::span<const std::string_view> known)
{
    if (std::ranges::find(known, word) != known.end()) return "";
    return std::string(option) + ": found '" + printable(word) + "'; expected one of " +
           listed({known.begin(), known.end()});
}

std::expected<SyslogConfig, Outcome> destination_named(const std::filesystem::path& config_file, const char* option,
                                                       const std::string& name)
{
    const auto config = load_config(config_file);
    if (!config) return std::unexpected(failed(lines_of(config.error())));
    const auto sink = std::ranges::find(config->syslog, name, &SyslogConfig::name);
    if (sink == config->syslog.end()) {
        std::vector<std::string> known;
        for (const auto& each : config->syslog) known.push_back(each.name);
        return std::unexpected(failed(std::string(option) + ": no destination '" + printable(name) + "' in " +
                                          config_file.string() + "; expected one of " + listed(known),
                                      tool_usage));
    }
    for (const auto& objection : {unknown_word("transport", sink->transport, words_of(alert_transports())),
                                  unknown_word("format", sink->format, words_of(alert_formats())),
                                  unknown_word("header", sink->header, words_of(header_formats()))}) {
        if (!objection.empty()) return std::unexpected(failed(objection));
    }
    return *sink;
}

}  // namespace breakwatch
