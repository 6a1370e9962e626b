#include "app/site.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/transports/syslog_transport.hpp"
#include "app/exit_code.hpp"
#include "base/clock.hpp"
#include "config/error_at.hpp"
#include "decode/tunnel.hpp"
#include "feeds/calls/call_systems.hpp"
#include "policy/activity/numbers_in_force.hpp"
#include "policy/text.hpp"
#include "store/file_digest.hpp"
#include "store/opener.hpp"

namespace breakwatch {

namespace {

void add(SiteErrors& errors, const ConfigErrors& wrong)
{
    for (const auto& error : wrong) errors.lines.push_back(to_string(error));
    if (!wrong.empty()) errors.exit_code = exit_config;
}

// Empty: no file, the shipped numbers.
std::string digest_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return in ? sha256_hex(std::string(std::istreambuf_iterator<char>(in), {})) : std::string();
}

// Of one ring.
std::size_t ring_octets(const Config& config)
{
    return (static_cast<std::size_t>(config.capture.ring_mib) << 20U) / static_cast<std::size_t>(config.capture.rings);
}

std::size_t captures_of(const Config& config)
{
    return std::max<std::size_t>(config.capture.interfaces.size(), 1) * static_cast<std::size_t>(config.capture.rings);
}

ConfigError too_little_memory(const Config& config)
{
    const auto mib = [](std::size_t octets) { return std::to_string(octets >> 20U) + "MiB"; };
    const auto captures = captures_of(config);
    const auto* const what = config.capture.rings > 1 ? " rings" : " interfaces";
    const auto each = captures > 1 ? ", of each of " + std::to_string(captures) + what : "";
    return error_at(config, "memory",
                    "found " + mib(config.memory) + "; expected at least " +
                        mib(MemoryPlan::least(ring_octets(config), captures)) + ": " +
                        mib(captures * ring_octets(config)) + " for the kernel's buffer (capture: ring_mib" + each +
                        "), " + mib(MemoryPlan::kProgram) + " for the program itself and " +
                        mib(captures * MemoryPlan::kLeastTables + (captures - 1) * MemoryPlan::kFurtherCapture) +
                        " for its tables");
}

std::expected<MeasuredFile, ConfigErrors> measured_of(const Config& config, const std::vector<std::string>& platforms)
{
    if (config.measured.empty()) return MeasuredFile{};
    return load_measured(config.measured, platforms);
}

// Before anything is sealed to them.
ConfigErrors wrong_openers(const Config& config)
{
    ConfigErrors errors;
    for (std::size_t i = 0; i < config.openers.size(); ++i) {
        if (const auto key = parse_opener_key(config.openers[i].key); !key)
            errors.push_back(error_at(config, "openers[" + std::to_string(i) + "].key", key.error()));
    }
    return errors;
}

// A rule that is misspelt would keep back every incident.
ConfigErrors unknown_in_filters(const Config& config, const Rules& rules)
{
    ConfigErrors errors;
    for (std::size_t i = 0; i < config.syslog.size(); ++i) {
        for (const auto& rule : config.syslog[i].filter.rules) {
            if (std::ranges::find(rules, rule, &Rule::id) == rules.end())
                errors.push_back(error_at(config, "syslog[" + std::to_string(i) + "].filter.rules",
                                          "found '" + rule + "', which is no rule's id"));
        }
    }
    return errors;
}

}  // namespace

SiteErrors site_errors_of(const ConfigErrors& wrong)
{
    SiteErrors errors;
    add(errors, wrong);
    return errors;
}

ConfigReading read_site_config(const std::filesystem::path& file)
{
    auto vocabulary = call_feed_vocabulary();
    for (const auto& format : alert_formats()) vocabulary.alert_formats.emplace_back(format.word);
    for (const auto& transport : alert_transports()) {
        vocabulary.alert_transports.emplace_back(transport.word);
        if (transport.tls) vocabulary.tls_transports.emplace_back(transport.word);
    }
    for (const auto& header : header_formats()) vocabulary.alert_headers.emplace_back(header.word);
    for (const auto& [word, each] : kEncapsulations) vocabulary.encapsulations.emplace_back(word);
    auto reading = read_config(file, vocabulary);
    if (!reading.errors.empty()) return reading;
    // One place is the file's own.
    if (reading.config.places.size() <= 1) {
        reading.errors.push_back({file.string(), 0, 0, "", "is empty; expected a configuration (breakwatch.yaml(5))"});
    } else if (reading.config.memory < MemoryPlan::least(ring_octets(reading.config), captures_of(reading.config))) {
        reading.errors.push_back(too_little_memory(reading.config));
    }
    for (auto& error : wrong_openers(reading.config)) reading.errors.push_back(std::move(error));
    return reading;
}

std::expected<Config, SiteErrors> load_site_config(const std::filesystem::path& file)
{
    auto reading = read_site_config(file);
    if (!reading.errors.empty()) return std::unexpected(site_errors_of(reading.errors));
    return std::move(reading.config);
}

std::expected<std::shared_ptr<const Tables>, SiteErrors> load_tables(const Config& config)
{
    // Before the files are read: one that changes meanwhile is read again at the next reload.
    const auto catalog_digest = digest_of(config.platforms);
    const auto model_digest = digest_of(config.detector) + digest_of(config.measured);
    const auto rules_digest = digest_of(config.rules);
    auto catalog = load_platforms(config.platforms);
    auto model = load_detector_model(config.detector);
    RuleVocabulary known;
    if (catalog) known.platforms = catalog->platforms();
    for (const auto& zone : config.zones) known.zones.push_back(zone.zone);
    if (known.zones.empty()) known.zones.emplace_back("(the configuration has no zones)");
    auto rules = load_rules(config.rules, model ? model->alert_threshold : DetectorModel{}.alert_threshold, known);
    const auto measured = measured_of(config, known.platforms);
    SiteErrors errors;
    if (!catalog) add(errors, catalog.error());
    if (!measured) add(errors, measured.error());
    if (!model) add(errors, model.error());
    if (!rules) add(errors, rules.error());
    if (rules) add(errors, unknown_in_filters(config, rules->rules));
    if (!errors.lines.empty()) return std::unexpected(std::move(errors));
    const bool of_others = !measured->model.empty() && measured->model != numbers_in_force(*model);
    if (!of_others) put_over(model->measured, measured->record);
    return std::make_shared<const Tables>(std::move(*catalog), std::move(*model), std::move(rules->rules), rules->plan,
                                          of_others ? measured->model : "", catalog_digest, model_digest, rules_digest);
}

std::vector<Opener> openers_of(const Config& config)
{
    std::vector<Opener> openers;
    for (const auto& each : config.openers) openers.push_back({each.name, each.key});
    return openers;
}

SiteErrors missing_preconditions(const Config& config)
{
    SiteErrors errors;
    add(errors, missing_for_run(config));
    const auto notice = parse_rfc3339(config.purpose.notice_date + "T00:00:00Z");
    // A day's grace: local days begin before UTC's.
    if (notice && *notice > wall_clock() + std::chrono::days{1}) {
        add(errors, {error_at(config, "purpose.notice_date",
                              "found '" + config.purpose.notice_date +
                                  "', which is to come; expected the day on which staff were told")});
    }
    if (!errors.lines.empty()) errors.exit_code = exit_precondition;
    return errors;
}

SiteFacts site_facts_of(const Config& config, const Tables& tables)
{
    SiteFacts facts{.site = config.site.name,
                    .time_zone = config.site.time_zone,
                    .purpose = config.purpose.text,
                    .responsible = config.purpose.responsible,
                    .rules_reference = config.purpose.rules_reference,
                    .notice_date = config.purpose.notice_date,
                    .retention_days = config.purpose.retention ? config.purpose.retention->count() : 0,
                    .rules = {},
                    .due = {},
                    .detector = {tables.model.version, tables.model.trained_on, tables.model.validation},
                    .platforms = tables.catalog.platforms(),
                    .platforms_file = config.platforms.string(),
                    .rules_file = config.rules.string()};
    const auto seconds = [](Duration time) { return std::chrono::floor<std::chrono::seconds>(time); };
    facts.exchange_retention = seconds(config.exchange_retention);
    facts.due = config.due.contractual;
    facts.statutory = config.due.statutory;
    for (const auto& rule : tables.rules)
        facts.rules.push_back({rule.id, rule.description, rule.within, rule.during_call, rule.least_confidence});
    return facts;
}

PersonFilesSettings person_files_of(const Config& config)
{
    PersonFilesSettings settings{.enrolment = config.enrolment,
                                 .rosters = config.rosters,
                                 .site_zone = config.site.time_zone,
                                 .roster = {},
                                 .enrolment_encoding = config.enrolment_encoding};
    const auto& roster = config.roster;
    settings.roster.encoding = roster.encoding;
    settings.roster.zone = roster.time_zone.empty() ? config.site.time_zone : roster.time_zone;
    settings.roster.iex = roster.iex;
    settings.roster.table = roster.table;
    const auto learn = [&](const std::vector<std::string>& words, std::optional<DutyActivity> activity) {
        for (const auto& word : words) settings.roster.words.add(word, activity);
    };
    learn(roster.shift, DutyActivity::shift);
    learn(roster.break_, DutyActivity::break_);
    learn(roster.meal, DutyActivity::meal);
    learn(roster.training, DutyActivity::training);
    learn(roster.off, DutyActivity::off);
    learn(roster.ignore, std::nullopt);
    return settings;
}

MemoryPlan memory_plan_of(const Config& config)
{
    return MemoryPlan(config.memory, ring_octets(config), captures_of(config));
}

EngineSettings engine_settings_of(const Config& config)
{
    EngineSettings settings;
    memory_plan_of(config).limit(settings);
    settings.zones = config.zones;
    settings.duty_from = config.roster.duty;
    settings.record_reach = config.exchange_retention;
    settings.bindings.sessions_expected = sessions_expected(config);
    settings.bindings.scope = config.identity;
    return settings;
}

bool sessions_expected(const Config& config)
{
    return !config.radius.empty() || !config.radius_detail.empty();
}

void print_errors(const SiteErrors& errors)
{
    for (const auto& line : errors.lines) std::fprintf(stderr, "%s\n", clean_text(line).c_str());
}

}  // namespace breakwatch
