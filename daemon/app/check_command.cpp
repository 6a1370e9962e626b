#include "app/check_command.hpp"

#include <boost/json.hpp>
#include <cstdio>

#include "app/exit_code.hpp"
#include "app/site.hpp"

namespace breakwatch {

namespace {

void merge(SiteErrors& all, const SiteErrors& more)
{
    all.lines.insert(all.lines.end(), more.lines.begin(), more.lines.end());
    if (all.exit_code == exit_success) all.exit_code = more.exit_code;
}

SiteErrors check_people(const Config& config, std::vector<std::string>& notes)
{
    SiteErrors errors;
    if (config.enrolment.empty()) return errors;
    PersonFiles people(person_files_of(config), [](const Observation&) {});
    for (const auto& error : people.load()) errors.lines.push_back(to_string(error));
    for (const auto& note : people.notes()) notes.push_back(to_string(note));
    if (!errors.lines.empty()) errors.exit_code = exit_config;
    return errors;
}

}  // namespace

SiteErrors check_site(const std::filesystem::path& file, std::vector<std::string>& notes)
{
    const auto config = load_site_config(file);
    if (!config) return config.error();
    SiteErrors errors;
    if (const auto tables = load_tables(*config); !tables) merge(errors, tables.error());
    merge(errors, check_people(*config, notes));
    merge(errors, missing_preconditions(*config));
    return errors;
}

int run_check(const CheckOptions& options)
{
    std::vector<std::string> notes;
    const auto errors = check_site(options.config, notes);
    if (options.json) {
        for (const auto& note : notes) std::printf("%s\n", boost::json::serialize(boost::json::object{{"note", note}}).c_str());
        for (const auto& line : errors.lines)
            std::printf("%s\n", boost::json::serialize(boost::json::object{{"error", line}}).c_str());
    } else {
        for (const auto& note : notes) std::fprintf(stderr, "note: %s\n", note.c_str());
        print_errors(errors);
    }
    if (errors.lines.empty() && !options.json) std::printf("%s: all is well\n", options.config.c_str());
    return errors.exit_code;
}

}  // namespace breakwatch
