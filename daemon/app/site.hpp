// Everything a configuration leads to, read at once: what `run`, `replay` and `check` begin with.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/memory_plan.hpp"
#include "config/load_config.hpp"
#include "feeds/people/person_files.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/engine.hpp"
#include "store/opener.hpp"
#include "store/site_facts.hpp"

namespace breakwatch {

// What is wrong, each with its place; the code with which a program ends for it.
struct SiteErrors {
    std::vector<std::string> lines;
    int exit_code = 0;
};

// What SIGHUP replaces.
struct Tables {
    PlatformCatalog catalog;
    DetectorModel model;
    Rules rules;
    AlertPlan plan;
    // The measured file was made with other numbers than those in force, and counts for nothing: theirs.
    std::string measured_with;
    // Of the files, by which a reload knows what changed.
    std::string catalog_digest;
    std::string model_digest;
    std::string rules_digest;

    bool same_catalog(const Tables& other) const { return catalog_digest == other.catalog_digest; }
    bool same_model(const Tables& other) const { return model_digest == other.model_digest; }
    // Rules refer to the catalogue's platforms and take their threshold from the model.
    bool same(const Tables& other) const
    {
        return same_catalog(other) && same_model(other) && rules_digest == other.rules_digest;
    }
};

// What can be read of it, and all that is wrong.
ConfigReading read_site_config(const std::filesystem::path& file);
// Whole, or what is wrong with it.
std::expected<Config, SiteErrors> load_site_config(const std::filesystem::path& file);
std::expected<std::shared_ptr<const Tables>, SiteErrors> load_tables(const Config& config);
// Law 7, an interface, a sink: without them `run` does not start.
SiteErrors missing_preconditions(const Config& config);

// To whom names are sealed, their keys looked at when the file was read.
std::vector<Opener> openers_of(const Config& config);
// What reports say of the configuration.
SiteFacts site_facts_of(const Config& config, const Tables& tables);
PersonFilesSettings person_files_of(const Config& config);
MemoryPlan memory_plan_of(const Config& config);
EngineSettings engine_settings_of(const Config& config);
// RADIUS may tell late whose an unknown device is.
bool sessions_expected(const Config& config);
SiteErrors site_errors_of(const ConfigErrors& wrong);
void print_errors(const SiteErrors& errors);

}  // namespace breakwatch
