#include "app/check_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <set>

#include "app/check_all.hpp"
#include "app/check_mirror.hpp"
#include "app/exit_code.hpp"
#include "app/site.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

void merge(SiteErrors& all, const SiteErrors& more)
{
    all.lines.insert(all.lines.end(), more.lines.begin(), more.lines.end());
    if (all.exit_code == exit_success) all.exit_code = more.exit_code;
}

struct Checked {
    SiteErrors errors;
    std::vector<std::string> warnings;  // the daemon starts all the same
    std::vector<std::string> notes;     // only worth knowing
};

void check_people(const Config& config, std::optional<PersonFiles>& people, Checked& checked)
{
    if (config.enrolment.empty()) return;
    people.emplace(person_files_of(config), [](const Observation&) {});
    const auto wrong = people->load();
    std::set<std::string> readings;
    for (const auto& note : people->encodings()) readings.insert(to_string(note));
    for (const auto& note : people->notes()) {
        auto line = to_string(note);
        (readings.contains(line) ? checked.notes : checked.warnings).push_back(std::move(line));
    }
    SiteErrors errors;
    const RowError* before = nullptr;
    for (const auto& error : wrong) {
        // An unknown zone spoils both times of a row: that is one mistake.
        const bool same =
            before != nullptr && before->file == error.file && before->line == error.line && before->text == error.text;
        if (!same) errors.lines.push_back(to_string(error));
        before = &error;
    }
    if (wrong.empty()) return;
    errors.exit_code = exit_config;
    merge(checked.errors, errors);
    people.reset();
}

// Of nothing but these keys of the top level, and of files that it names.
bool only_about(const Config& config, const ConfigErrors& errors, const std::set<std::string>& keys)
{
    return std::ranges::all_of(errors, [&](const ConfigError& error) {
        return error.file != config.file.string() || keys.contains(error.key.substr(0, error.key.find_first_of(".[")));
    });
}

// Of a configuration with mistakes: files that hang on none of them are looked at all the same, so that all is told at
// once.
Checked check_the_rest(const Config& config, const ConfigErrors& wrong)
{
    std::set<std::string> apart{"purpose",
                                "due",
                                "capture",
                                "memory",
                                "identity",
                                "calls",
                                "mentions",
                                "radius",
                                "radius_detail",
                                "dnsmasq_leases",
                                "kea_leases",
                                "journal_retention",
                                "exchange_retention",
                                "state_directory",
                                "runtime_directory",
                                "syslog"};
    Checked checked;
    merge(checked.errors, site_errors_of(wrong));
    if (only_about(config, wrong, apart)) {
        const auto tables = load_tables(config);
        if (!tables) merge(checked.errors, tables.error());
    }
    apart.insert("zones");
    std::optional<PersonFiles> people;
    if (only_about(config, wrong, apart)) check_people(config, people, checked);
    return checked;
}

Checked check(const CheckOptions& options, CheckReach reach)
{
    const auto [config, wrong] = read_site_config(options.config);
    if (!wrong.empty()) return check_the_rest(config, wrong);
    Checked checked;
    const auto tables = load_tables(config);
    if (!tables) merge(checked.errors, tables.error());
    std::optional<PersonFiles> people;
    check_people(config, people, checked);
    for (const auto& finding : check_all(config, tables ? tables->get() : nullptr, people ? &*people : nullptr, reach,
                                         options.user, options.habits)) {
        if (finding.weight == CheckFinding::Weight::warning) {
            checked.warnings.push_back(to_string(finding.at));
        } else if (finding.weight == CheckFinding::Weight::note) {
            checked.notes.push_back(to_string(finding.at));
        } else {
            merge(checked.errors, {{to_string(finding.at)}, exit_config});
        }
    }
    merge(checked.errors, missing_preconditions(config));
    return checked;
}

void print(const std::vector<std::string>& lines, const char* kind, bool json)
{
    for (const auto& line : lines) {
        if (json) {
            std::printf("%s\n", clean_text(boost::json::serialize(boost::json::object{{kind, line}})).c_str());
        } else {
            std::fprintf(stderr, "%s: %s\n", kind, clean_text(line).c_str());
        }
    }
}

std::string verdict(std::size_t warnings)
{
    if (warnings == 0) return "all is well";
    return "can run; " + std::to_string(warnings) + (warnings == 1 ? " warning" : " warnings");
}

}  // namespace

SiteErrors check_site(const std::filesystem::path& file, std::vector<std::string>& notes)
{
    CheckOptions options;
    options.config = file;
    auto checked = check(options, CheckReach::files);
    notes.insert(notes.end(), checked.notes.begin(), checked.notes.end());
    return checked.errors;
}

int run_check(const CheckOptions& options)
{
    if (options.looks_at_the_wire()) return run_check_mirror(options);
    const auto checked = check(options, CheckReach::machine);
    print(checked.notes, "note", options.json);
    print(checked.warnings, "warning", options.json);
    if (options.json) {
        print(checked.errors.lines, "error", true);
    } else {
        print_errors(checked.errors);
    }
    if (checked.errors.lines.empty() && !options.json)
        std::printf("%s: %s\n", options.config.c_str(), verdict(checked.warnings.size()).c_str());
    return checked.errors.exit_code;
}

}  // namespace breakwatch
