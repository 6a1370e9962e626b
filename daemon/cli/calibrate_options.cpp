#include "cli/calibrate_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

namespace breakwatch {

namespace {

// Live from a device, or from a capture; what both need is kept in `record`.
void add_record(CLI::App& calibrate, CalibrateOptions& options)
{
    auto* command = calibrate.add_subcommand(
        "record", "keep the features of a volunteer's session: of a device, live, or of a labelled capture");
    command->add_option("--platform", options.record.platform, "the platform that the volunteer uses")->required();
    command->add_option("-o,--output", options.record.output, "the recording to write")->required();
    command->add_option("--platforms", options.record.platforms, "another platform table");
    auto* capture =
        command->add_option("capture", options.record.capture, "NAME.pcap; its labels are in NAME.labels.jsonl");
    auto& watch = options.live.watch;
    auto* device =
        command->add_option("--device", watch.device, "MAC of the volunteer's enrolled device, to be watched live")
            ->excludes(capture);
    auto* label =
        command->add_option("--label", watch.label, "what is published: text_post, media_post, story, or browse_only")
            ->needs(device);
    command->add_option("-i,--interface", watch.interface, "where to listen; default the configured interface")
        ->needs(device);
    command->add_option("--config", watch.config, "the daemon's configuration: enrolment, interface, platforms")
        ->capture_default_str()
        ->needs(device);
    command->add_option("--seconds", options.live.seconds, "end by itself after so long")
        ->check(CLI::PositiveNumber)
        ->needs(device);
    command->callback([capture, device, label] {
        if (capture->count() + device->count() == 0) throw CLI::RequiredError("a capture or --device MAC");
        if (device->count() > 0 && label->count() == 0) throw CLI::RequiredError("--label");
    });
}

void add_kit(CLI::App& calibrate, CalibrateKitOptions& options)
{
    auto* command = calibrate.add_subcommand(
        "kit", "lead a volunteer through all sessions that a platform needs to count as measured here");
    auto& watch = options.watch;
    watch.label = "text_post";
    command->add_option("--device", watch.device, "MAC of the volunteer's enrolled device")->required();
    command->add_option("--platform", watch.platform, "the platform that the volunteer uses")->required();
    command->add_option("-o,--output", options.folder, "the folder of the recordings; what is there is not asked again")
        ->required();
    command->add_option("--label", watch.label, "what is published: text_post, media_post or story")
        ->capture_default_str();
    command->add_option("--app", options.app, "a name of the app, to keep its recordings apart from another one's");
    command->add_option("--posts", options.posts, "so many in all")->check(CLI::Range(0, 1000))->capture_default_str();
    command->add_option("--browse", options.minutes, "so many minutes of browsing alone")
        ->check(CLI::Range(0, 600))
        ->capture_default_str();
    command->add_option("--listen", options.listen, "ADDRESS:PORT of a page for the volunteer's phone; default none");
    command->add_option("-i,--interface", watch.interface, "where to listen; default the configured interface");
    command->add_option("--config", watch.config, "the daemon's configuration: enrolment, interface, platforms")
        ->capture_default_str();
    command->add_option("--platforms", watch.platforms, "another platform table");
}

Outcome run_record(const CalibrateOptions& options)
{
    if (options.live.watch.device.empty()) return run_calibrate_record(options.record);
    auto live = options.live;
    live.watch.platform = options.record.platform;
    live.watch.platforms = options.record.platforms;
    live.output = options.record.output;
    return run_calibrate_live(live,
                              [](const std::string& line) { std::fprintf(stderr, "breakwatch: %s\n", line.c_str()); });
}

// A conversation: without the program's name on each line.
Outcome run_kit(const CalibrateKitOptions& options)
{
    return run_calibrate_kit(options, [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
}

}  // namespace

void add_calibrate(CLI::App& app, CalibrateOptions& options)
{
    auto* command = app.add_subcommand("calibrate", "learn a platform's numbers from a volunteer's labelled sessions");
    command->require_subcommand(1);
    add_record(*command, options);
    add_kit(*command, options.kit);
    auto* fit = command->add_subcommand("fit", "learn from recordings, and compare on those held back");
    fit->add_option("recording", options.fit.recordings, "recordings of one platform, oldest first")->required();
    fit->add_option("--model", options.fit.model, "the detector file in force; default the shipped one");
    fit->add_option("-o,--output", options.fit.output, "the detector file to write if it is better")->required();
    auto* check = command->add_subcommand("check", "measure a detector file on fresh recordings");
    check->add_option("recording", options.check.recordings, "recordings")->required();
    check->add_option("--model", options.check.model, "the detector file; default the shipped one");
    auto* measure = command->add_subcommand(
        "measure", "write down what recordings, learned from by nobody, say of the numbers in force on this site");
    measure->add_option("recording", options.measure.recordings, "recordings: with posts, and of browse_only")
        ->required();
    measure->add_option("--model", options.measure.model, "the detector file in force; default the shipped one");
    measure->add_option("-o,--output", options.measure.output, "the file that `measured:` in the configuration names")
        ->required();
}

Outcome run_calibrate(const CLI::App& command, const CalibrateOptions& options)
{
    const auto chosen = command.get_subcommands().front()->get_name();
    if (chosen == "record") return run_record(options);
    if (chosen == "kit") return run_kit(options.kit);
    if (chosen == "fit") return run_calibrate_fit(options.fit);
    if (chosen == "measure") return run_calibrate_measure(options.measure);
    return run_calibrate_check(options.check);
}

}  // namespace breakwatch
