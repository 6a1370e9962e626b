#include "app/run_command.hpp"

#include <sys/stat.h>

#include <csignal>
#include <cstdio>

#include "app/exit_code.hpp"
#include "app/log.hpp"
#include "app/privileges.hpp"
#include "app/service.hpp"

namespace breakwatch {

namespace {

int refuse(const SiteErrors& errors)
{
    print_errors(errors);
    if (errors.exit_code == exit_precondition)
        std::fputs("breakwatchd: not started: the configuration must say the above before anybody is watched\n", stderr);
    return errors.exit_code;
}

int refuse(const RowErrors& errors)
{
    for (const auto& error : errors) std::fprintf(stderr, "%s\n", to_string(error).c_str());
    return exit_config;
}

int fail(const std::string& what, int code)
{
    spdlog::critical("NOT_STARTED what=\"{}\"", what);
    return code;
}

std::vector<std::string> sink_names(const Config& config)
{
    std::vector<std::string> names;
    for (const auto& sink : config.syslog) names.push_back(sink.name);
    return names;
}

// Files made from here on are the daemon's alone; what others may read is opened up one by one.
void make_directories(const Config& config)
{
    ::umask(0027);
    std::error_code error;
    std::filesystem::create_directories(config.state_directory, error);
    std::filesystem::create_directories(config.runtime_directory, error);
}

}  // namespace

int run_live(const RunOptions& options)
{
    if (!set_up_log(options.log_level))
        return std::fprintf(stderr, "breakwatchd: no such log level: %s\n", options.log_level.c_str()), exit_usage;
    // A peer that goes away is an error of the write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    auto config = load_site_config(options.config);
    if (!config) return refuse(config.error());
    if (const auto missing = missing_preconditions(*config); !missing.lines.empty()) return refuse(missing);
    auto tables = load_tables(*config);
    if (!tables) return refuse(tables.error());

    auto source = open_capture(config->capture);
    if (!source) return fail(source.error(), exit_capture);
    make_directories(*config);
    const auto dropped = drop_privileges(options.user, {config->state_directory, config->runtime_directory});
    if (!dropped) return fail(dropped.error(), exit_failure);
    spdlog::info("PRIVILEGES {}", *dropped);

    auto key = IdentityKey::open_or_make(config->state_directory / "identity.key");
    if (!key) return fail(key.error(), exit_failure);
    ServiceParts parts;
    parts.key = std::make_shared<const IdentityKey>(*key);
    auto store = open_store(config->state_directory, sink_names(*config), parts.key);
    if (!store) return fail(store.error().text, exit_failure);
    parts.store = std::move(*store);
    parts.tables = std::move(*tables);
    parts.source = std::move(*source);
    parts.config = std::move(*config);

    Service service(std::move(parts));
    if (const auto wrong = service.load_people(); !wrong.empty()) return refuse(wrong);
    return service.run();
}

}  // namespace breakwatch
