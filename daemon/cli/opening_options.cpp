#include "cli/opening_options.hpp"

#include <CLI/CLI.hpp>

namespace breakwatch {

namespace {

void add_opener(CLI::App& app, OpenerMakeOptions& options)
{
    auto* opener = app.add_subcommand("opener", "keys of those without whom no name is opened");
    opener->require_subcommand(1);
    auto* make = opener->add_subcommand("make", "make the key of one opener; on any machine");
    make->add_option("-o,--output", options.output, "the key file to write, which its owner keeps")->required();
    make->add_option("--name", options.name, "the opener's name for the line of the configuration");
    make->add_option("--passphrase-file", options.passphrase_file,
                     "a file whose first line is the passphrase; default: the terminal is asked");
}

void add_ask(CLI::App& app, AskOptions& options)
{
    auto* command = app.add_subcommand(
        "ask", "ask two openers for whom an incident is about; needs --reason, recorded and told to the SIEM");
    command->add_option("--state", options.state, "the daemon's state directory")->capture_default_str();
    command->add_option("id", options.id, "the incident")->required();
    command->add_option("--reason", options.reason, "why the identity is opened; the openers read it");
    command->add_option("--for", options.within, "how long the request can be approved and opened")
        ->capture_default_str();
    command->add_option("-o,--output", options.output, "the request as a file, for openers on another machine");
}

void add_approve(CLI::App& app, ApproveOptions& options)
{
    auto* command = app.add_subcommand("approve", "approve of a request as one opener; on the sensor or elsewhere");
    command->add_option("--state", options.state, "the daemon's state directory")->capture_default_str();
    command
        ->add_option("request", options.what,
                     "the request's file, or, on the sensor, the request's or the incident's id")
        ->required();
    command->add_option("--opener", options.opener, "your key file")->required();
    command->add_option("--passphrase-file", options.passphrase_file,
                        "a file whose first line is the passphrase; default: the terminal is asked");
    command->add_option("-o,--output", options.output, "the approval as a file, to be taken to the sensor");
}

void add_open(CLI::App& app, OpenOptions& options)
{
    auto* command = app.add_subcommand(
        "open", "open whom an incident is about, which two openers approved; recorded and told to the SIEM first");
    command->add_option("--state", options.state, "the daemon's state directory")->capture_default_str();
    command->add_option("id", options.id, "the incident")->required();
    command->add_option("--with", options.approvals, "an approval's file; once for each that is not here yet");
}

}  // namespace

void add_openings(CLI::App& app, OpeningOptions& options)
{
    add_opener(app, options.make);
    add_ask(app, options.ask);
    add_approve(app, options.approve);
    add_open(app, options.open);
}

}  // namespace breakwatch
