#include "app/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/exit_code.hpp"
#include "app/replay_path.hpp"
#include "config/unknown_command.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

void add_config(CLI::App& command, std::filesystem::path& config)
{
    command.add_option("--config", config, "configuration file")->capture_default_str();
}

void add_log_level(CLI::App& command, std::string& level)
{
    command.add_option("--log-level", level, "trace, debug, info, warning or error")->capture_default_str();
}

CLI::App* add_run(CLI::App& app, RunOptions& options)
{
    auto* command = app.add_subcommand("run", "the service: watch the configured interface");
    add_config(*command, options.config);
    add_log_level(*command, options.log_level);
    command->add_option("--user", options.user, "whom to become when started by root")->capture_default_str();
    return command;
}

CLI::App* add_replay(CLI::App& app, ReplayOptions& options)
{
    auto* command = app.add_subcommand("replay", "the same from capture files; nothing is sent");
    add_config(*command, options.config);
    add_log_level(*command, options.log_level);
    command->add_option("--state", options.state, "keep the store here (default: thrown away)");
    command->add_flag("--json", options.json, "incidents as JSON lines instead of syslog messages");
    command->add_option("--workers", options.workers, "cores to read the captures with; the incidents are the same")
        ->check(CLI::Range(1U, ReplayPath::kMostWorkers))
        ->capture_default_str();
    command->add_option("capture", options.captures, "pcap or pcapng, - for standard input")->required();
    return command;
}

CLI::App* add_check(CLI::App& app, CheckOptions& options)
{
    auto* command = app.add_subcommand("check", "say all that is wrong with the configuration and its files");
    add_config(*command, options.config);
    command->add_flag("--json", options.json, "errors as JSON lines");
    command->add_option("--user", options.user, "whom the service becomes")->capture_default_str();
    command->add_option("--breaks", options.habits.a_day, "breaks of each person a day, to reckon alerts by")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    command
        ->add_option_function<int>(
            "--break-minutes", [&options](int minutes) { options.habits.length = std::chrono::minutes{minutes}; },
            "how long each is")
        ->check(CLI::Range(1, 480))
        ->default_str("10");
    command->add_option("--social", options.habits.social, "the share of it spent on social platforms")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    auto* live = command->add_flag("--live", options.live,
                                   "listen for a while, and say what this mirror shows and what to change");
    command->add_option("--seconds", options.seconds, "for how long")
        ->needs(live)
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    command->add_option("-i,--interface", options.interface, "another interface than the configuration's")->needs(live);
    command->add_option("--capture", options.captures, "the same of capture files, - for standard input")
        ->excludes(live);
    return command;
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv)
{
    CLI::App app{"breakwatchd: post-like activity right after customer calls, for the SIEM", "breakwatchd"};
    app.set_version_flag("--version", "breakwatchd " BREAKWATCH_VERSION);
    app.require_subcommand(1);
    app.footer("Manual: breakwatchd(8), breakwatch.yaml(5). Operator's tool: breakwatch(1).");

    RunOptions run;
    ReplayOptions replay;
    CheckOptions check;
    NamesOptions names;
    DetectOptions detect;
    IntakeOptions intake;
    const auto* run_command = add_run(app, run);
    const auto* replay_command = add_replay(app, replay);
    const auto* check_command = add_check(app, check);
    const auto* names_command = add_names(app, names);
    const auto* detect_command = add_detect(app, detect);
    add_intake(app, intake);
    std::vector<std::string> commands;
    for (const auto* command : app.get_subcommands({})) commands.push_back(command->get_name());
    if (const auto unknown = unknown_command(argc, argv, commands)) {
        std::fprintf(stderr, "breakwatchd: %s\n", clean_text(*unknown).c_str());
        return exit_usage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_success : exit_usage;
    }
    if (run_command->parsed()) return Options{run};
    if (replay_command->parsed()) return Options{replay};
    if (check_command->parsed()) return Options{check};
    if (names_command->parsed()) return Options{names};
    if (detect_command->parsed()) return Options{detect};
    return Options{intake};
}

}  // namespace breakwatch
