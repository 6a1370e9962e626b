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

SiteErrors check_people(const Config& config)
{
    SiteErrors errors;
    if (config.enrolment.empty()) return errors;
    PersonFiles people(person_files_of(config), [](const Observation&) {});
    for (const auto& error : people.load()) errors.lines.push_back(to_string(error));
    if (!errors.lines.empty()) errors.exit_code = exit_config;
    return errors;
}

SiteErrors check(const std::filesystem::path& file)
{
    const auto config = load_site_config(file);
    if (!config) return config.error();
    SiteErrors errors;
    if (const auto tables = load_tables(*config); !tables) merge(errors, tables.error());
    merge(errors, check_people(*config));
    merge(errors, missing_preconditions(*config));
    return errors;
}

}  // namespace

int run_check(const CheckOptions& options)
{
    const auto errors = check(options.config);
    if (options.json) {
        for (const auto& line : errors.lines)
            std::printf("%s\n", boost::json::serialize(boost::json::object{{"error", line}}).c_str());
    } else {
        print_errors(errors);
    }
    if (errors.lines.empty() && !options.json) std::printf("%s: all is well\n", options.config.c_str());
    return errors.exit_code;
}

}  // namespace breakwatch
