#include "app/run_command.hpp"

#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <random>

#include "app/check_command.hpp"
#include "app/exit_code.hpp"
#include "app/feeds.hpp"
#include "app/log.hpp"
#include "app/open_state.hpp"
#include "app/privileges.hpp"
#include "app/service.hpp"
#include "app/service_notify.hpp"
#include "policy/keyed_hash.hpp"
#include "store/run_mark.hpp"

namespace breakwatch {

namespace {

// `systemctl status` shows ten lines of the journal; this one line is there whatever came after.
int not_started(const std::string& what, int code)
{
    notify_status("not started: " + what);
    spdlog::critical("NOT_STARTED what=\"{}\"", what);
    return code;
}

int refuse(const std::vector<std::string>& lines, int code)
{
    for (const auto& line : lines) say_refusal(line);
    const auto more = lines.size() > 1 ? " (and " + std::to_string(lines.size() - 1) + " more)" : "";
    return not_started((lines.empty() ? "" : lines.front()) + more, code);
}

int refuse(const RowErrors& errors)
{
    std::vector<std::string> lines;
    for (const auto& error : errors) lines.push_back(to_string(error));
    return refuse(lines, exit_config);
}

// The first thing wrong stopped the start; a person wants to know of all at once.
int refuse(const SiteErrors& first, const std::filesystem::path& file)
{
    const auto all = check_site(file);
    const auto& errors = all.lines.empty() ? first : all;
    return refuse(errors.lines, first.exit_code);
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
    // Before the first table is made.
    std::random_device random;
    const auto word = [&random] { return static_cast<std::uint64_t>(random()) << 32U | random(); };
    set_table_hash_key({word(), word()});
    // A peer that goes away is an error of the write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    auto config = load_site_config(options.config);
    if (!config) return refuse(config.error(), options.config);
    if (const auto missing = missing_preconditions(*config); !missing.lines.empty())
        return refuse(missing, options.config);
    auto tables = load_tables(*config);
    if (!tables) return refuse(tables.error(), options.config);

    std::vector<std::unique_ptr<PacketSource>> sources;
    for (const auto& interface : config->capture.interfaces) {
        const auto rings = static_cast<unsigned>(config->capture.rings);
        for (unsigned ring = 0; ring < rings; ++ring) {
            auto source = open_capture(config->capture, interface, Shard{ring, rings});
            if (!source) return not_started(source.error(), exit_capture);
            sources.push_back(std::move(*source));
        }
    }
    make_directories(*config);
    const auto dropped = drop_privileges(options.user, {config->state_directory, config->runtime_directory});
    if (!dropped) return not_started(dropped.error(), exit_failure);
    spdlog::info("PRIVILEGES {}", *dropped);

    auto state = open_state(config->state_directory, sink_names(*config), openers_of(*config));
    if (!state) return not_started(state.error(), exit_failure);
    spdlog::info("CHAIN_KEY public={}", state->chain_key);
    ServiceParts parts;
    parts.key = std::move(state->key);
    parts.store = std::move(state->store);
    const auto unfinished = begin_run(config->state_directory, wall_clock());
    if (!unfinished) return not_started(unfinished.error(), exit_failure);
    parts.unfinished_run = *unfinished;
    const auto clock = clock_mark(config->state_directory);
    if (!clock) return not_started(clock.error(), exit_failure);
    parts.clock_mark = *clock;
    parts.tables = std::move(*tables);
    parts.sources = std::move(sources);
    parts.config = std::move(*config);

    Service service(std::move(parts));
    if (const auto wrong = service.load_people(); !wrong.empty()) return refuse(wrong);
    return service.run();
}

}  // namespace breakwatch
