// YAML to plain values, or every error with file, line, column and key. No side effects: nothing is
// opened but the named file.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/config_error.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/incident/alert_mode.hpp"
#include "policy/incident/rules.hpp"

namespace breakwatch {

// What could be read of a file, a key that is wrong keeping its default, and all that is wrong with it and with the
// files it names: not there, or a mapping's own mistakes. Without a vocabulary the kinds of call feeds are not looked
// at.
struct ConfigReading {
    Config config;
    ConfigErrors errors;  // by place
};
ConfigReading read_config(const std::filesystem::path& file, const ConfigVocabulary& vocabulary = {});
// The same, whole or not at all.
std::expected<Config, ConfigErrors> load_config(const std::filesystem::path& file,
                                                const ConfigVocabulary& vocabulary = {});
// What `run` needs beyond a well-formed file (law 7: purpose, responsible, ...; an interface; a sink).
ConfigErrors missing_for_run(const Config& config);

// `file` empty: the data shipped inside the binary.
std::expected<PlatformCatalog, ConfigErrors> load_platforms(const std::filesystem::path& file);
// `least_confidence`: of rules that state none; the detector's alert threshold.
// `known`: what rules may name; an empty list is not looked at.
struct RuleVocabulary {
    std::vector<std::string> platforms;
    std::vector<std::string> zones;
};
struct RuleFile {
    Rules rules;
    AlertPlan plan;
};
std::expected<RuleFile, ConfigErrors> load_rules(const std::filesystem::path& file, double least_confidence,
                                                 const RuleVocabulary& known = {});
std::expected<DetectorModel, ConfigErrors> load_detector_model(const std::filesystem::path& file);
// What a site measured, in a file of its own (`breakwatch calibrate measure`). `platforms`: those it may name; an empty
// list is not looked at.
struct MeasuredFile {
    std::string model;  // numbers_in_force() then; "": not stated
    MeasuredRecord record;
};
std::expected<MeasuredFile, ConfigErrors> load_measured(const std::filesystem::path& file,
                                                        const std::vector<std::string>& platforms = {});

}  // namespace breakwatch
