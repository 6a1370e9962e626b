#include "app/config_watch.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include "app/check_command.hpp"
#include "app/file_text.hpp"
#include "app/log.hpp"
#include "config/changed_keys.hpp"
#include "policy/event_catalogue.hpp"
#include "store/file_digest.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostNamed = 8;

std::string list(const std::vector<std::string>& keys)
{
    std::string text;
    for (std::size_t i = 0; i < keys.size() && i < kMostNamed; ++i) text += (i > 0 ? ", " : "") + keys[i];
    if (keys.size() > kMostNamed) text += " and " + std::to_string(keys.size() - kMostNamed) + " more";
    return text;
}

}  // namespace

ConfigWatch::ConfigWatch(std::filesystem::path file) : file_(std::move(file)), in_force_(file_text(file_)) {}

std::string ConfigWatch::digest() const
{
    return sha256_hex(in_force_);
}

ReportHealth ConfigWatch::tell(Severity severity, std::string text, Timestamp now) const
{
    return {.code = event::kRefused.code,
            .severity = severity,
            .subject = "configuration",
            .text = std::move(text),
            .at = now};
}

std::optional<ReportHealth> ConfigWatch::look(Timestamp now)
{
    const auto content = file_text(file_);
    const bool same = content == in_force_;
    const auto errors = same ? SiteErrors{} : check_site(file_);
    if (!errors.lines.empty()) {
        for (const auto& line : errors.lines) spdlog::warn("REFUSED feed=configuration what=\"{}\"", line);
        pending_ = "the configuration file is broken";
        const auto more = errors.lines.size() - 1;
        return tell(Severity::warning,
                    errors.lines.front() + (more > 0 ? " (and " + std::to_string(more) + " more, in the log)" : "") +
                        "; the configuration read at the start stays in force, and the next start would be refused",
                    now);
    }
    const auto changed = same ? std::vector<std::string>{} : changed_keys(in_force_, content);
    if (!changed.empty()) {
        const auto text = file_.string() + ": was changed in " + list(changed);
        spdlog::warn("CONFIGURATION what=\"{}\" in force after a restart", text);
        pending_ = "the configuration file was changed and needs a restart";
        return tell(Severity::notice, text + "; needs a restart, until then what was read at the start stays in force",
                    now);
    }
    if (std::exchange(pending_, "").empty()) return std::nullopt;
    return tell(Severity::notice, file_.string() + ": says again what is in force", now);
}

}  // namespace breakwatch
