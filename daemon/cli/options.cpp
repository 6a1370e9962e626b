#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/audit_command.hpp"
#include "cli/calibrate_options.hpp"
#include "cli/due_command.hpp"
#include "cli/duty_command.hpp"
#include "cli/emit_samples_command.hpp"
#include "cli/events_command.hpp"
#include "cli/incidents_command.hpp"
#include "cli/keys_command.hpp"
#include "cli/lookup_command.hpp"
#include "cli/mention_command.hpp"
#include "cli/mentions_command.hpp"
#include "cli/opening_options.hpp"
#include "cli/replay_alerts_command.hpp"
#include "cli/report_command.hpp"
#include "cli/review_command.hpp"
#include "cli/show_command.hpp"
#include "cli/state_command.hpp"
#include "cli/status_command.hpp"
#include "cli/test_destination_command.hpp"
#include "cli/verify_command.hpp"
#include "cli/who_command.hpp"
#include "config/unknown_command.hpp"
#include "report/plain_text.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

void add_state(CLI::App& command, std::filesystem::path& state)
{
    command.add_option("--state", state, "the daemon's state directory")->capture_default_str();
}

void add_incidents(CLI::App& app, IncidentsOptions& options)
{
    auto* command = app.add_subcommand("incidents", "list incidents, oldest first");
    // A state's name is a filter, everything else the directory (./closed where one is called so).
    command
        ->add_option_function<std::vector<std::string>>(
            "--state",
            [&options](const std::vector<std::string>& words) {
                for (const auto& word : words) {
                    if (parse_state(word))
                        options.state_is = word;
                    else
                        options.state = word;
                }
            },
            "the daemon's state directory, or, given besides or alone, a state: only incidents in it")
        ->allow_extra_args(false);
    command->add_option("--since", options.since, "only those revised at or after this date or RFC 3339 time (UTC)");
    command->add_option("--verdict", options.verdict, "only those with this verdict: true, false, unknown, or none");
    command->add_flag("--ids", options.ids, "only the ids, one a line");
    command->add_flag("--json", options.json, "as a JSON list");
}

void add_show(CLI::App& app, ShowOptions& options)
{
    auto* command = app.add_subcommand("show", "tell one incident: what happened, why, and what could not be seen");
    add_state(*command, options.state);
    command->add_option("id", options.id, "the incident")->required();
    command->add_flag("--json", options.json, "the incident as JSON");
    command->add_flag("--staff,--identity", options.staff,
                      "open the sealed identity; needs --reason, and is recorded and told to the SIEM first");
    command->add_option("--reason", options.reason, "why the identity is opened");
}

void add_state_command(CLI::App& app, StateOptions& options)
{
    auto* command =
        app.add_subcommand("state", "say where an incident has got to; needs --reason, recorded and told to the SIEM");
    add_state(*command, options.state);
    command->add_option("id", options.id, "the incident")->required();
    command
        ->add_option("to", options.to,
                     "triaged, principal_notified, answered or closed; an earlier one reopens a closed incident")
        ->required();
    command->add_option("--verdict", options.verdict, "what it was found to be: true, false or unknown");
    command->add_option("--principal-not-told", options.untold,
                        "why it is closed without the principal having been told, where that has a due time");
    command->add_option("--reason", options.reason, "why");
}

void add_due(CLI::App& app, DueOptions& options)
{
    auto* command = app.add_subcommand("due", "what is due of incidents, first due first");
    add_state(*command, options.state);
    command->add_flag("--json", options.json, "as a JSON list");
}

void add_promise(CLI::App& app, PromiseOptions& options)
{
    auto* command = app.add_subcommand("promise", "an answer was promised: a due time; recorded and told to the SIEM");
    add_state(*command, options.state);
    command->add_option("id", options.id, "the incident")->required();
    command->add_option("--by", options.by, "RFC 3339, or by the site's clock 18:00 or '2026-11-25 10:00'")->required();
    command->add_option("--to", options.to, "to which role; the same role again: in its place")->required();
    command->add_option("--reason", options.reason, "in what words, or where it stands");
}

void add_review(CLI::App& app, ReviewOptions& options)
{
    auto* command = app.add_subcommand(
        "review", "list incidents for a reviewer, and nobody they are about; or say what one was found to be");
    add_state(*command, options.state);
    command->add_option("id", options.id, "the incident that is judged");
    command->add_option("--verdict", options.verdict,
                        "what it was found to be: true, false or unknown; recorded and told to the SIEM");
    command->add_option("--note-ref", options.ticket, "the reference of a ticket with the why; no words");
    command->add_option("--since", options.since, "only those revised at or after this date or RFC 3339 time (UTC)");
    command->add_flag("--open", options.open, "only those without a verdict");
    command->add_flag("--held", options.held, "only those held back: told to no sink");
    command->add_option("--limit", options.limit, "at most so many")->capture_default_str();
    command->add_option("--after", options.after, "go on after this id, with which the list before ended");
    command->add_flag("--json", options.json, "as JSON");
}

void add_report(CLI::App& app, ReportOptions& options)
{
    auto* command = app.add_subcommand("report", "write one incident as a self-contained HTML page");
    add_state(*command, options.state);
    command->add_option("id", options.id, "the incident")->required();
    command->add_option("-o,--output", options.output, "the file to write; - for standard output")->required();
}

void add_status(CLI::App& app, StatusOptions& options)
{
    auto* command = app.add_subcommand("status", "what the daemon says of itself");
    command->add_option("--runtime", options.runtime, "the daemon's runtime directory")->capture_default_str();
    command->add_flag("--json", options.json, "as the daemon wrote it");
}

void add_verify(CLI::App& app, VerifyOptions& options)
{
    auto* command = app.add_subcommand("verify", "recompute the chain of evidence");
    add_state(*command, options.state);
    command->add_option("--heads", options.heads,
                        "events as the SIEM has them, in any form, to hold the chain against; - is standard input");
    command->add_option("--key", options.key,
                        "the public key, or a file with it; chain.pub of the state directory without");
    command->add_flag("--json", options.json, "as JSON");
}

void add_audit(CLI::App& app, AuditOptions& options)
{
    auto* command = app.add_subcommand("audit", "who opened an identity, set a state or gave a verdict, when and why");
    add_state(*command, options.state);
    command->add_flag("--json", options.json, "as a JSON list");
}

void add_events(CLI::App& app, EventsOptions& options)
{
    auto* command = app.add_subcommand("events", "the events that a SIEM is told, and what to do about each");
    command->add_flag("--json", options.json, "as JSON, with the fields and their types");
}

void add_emit_samples(CLI::App& app, EmitSamplesOptions& options)
{
    auto* command = app.add_subcommand("emit-samples", "each kind of event as an example, for a SIEM's parsers");
    command->add_option("--to", options.to, "the configured destination to send them to; without it they are printed");
    command->add_option("--count", options.count, "how many, in turn; each kind once without it");
    command->add_option("--format", options.format, "of those that are printed")->capture_default_str();
    command->add_option("--header", options.header, "of those that are printed")->capture_default_str();
    command->add_option("--config", options.config, "the daemon's configuration")->capture_default_str();
    add_state(*command, options.state);
}

void add_test_destination(CLI::App& app, TestDestinationOptions& options)
{
    auto* command =
        app.add_subcommand("test-destination", "connects to a destination, sends a sample, says what came back");
    command->add_option("name", options.name, "the destination, of `syslog:`")->required();
    command->add_option("--config", options.config, "the daemon's configuration")->capture_default_str();
    add_state(*command, options.state);
}

void add_keys(CLI::App& app, KeysOptions& options)
{
    auto* command = app.add_subcommand("keys", "what may stand in the configuration of feeds and sinks, with defaults");
    command->add_flag("--json", options.json, "as JSON, with what each kind of call feed needs");
}

void add_who(CLI::App& app, WhoOptions& options)
{
    auto* command =
        app.add_subcommand("who", "whose device or address it was at a time; recorded and told to the SIEM first");
    add_state(*command, options.state);
    command->add_option("address", options.what, "a MAC, an IP address, or any name of a person")->required();
    command->add_option("--at", options.at, "RFC 3339 time")->required();
    command->add_option("--reason", options.reason, "why you ask")->required();
    command->add_flag("--json", options.json, "as a JSON list");
}

void add_duty(CLI::App& app, DutyOptions& options)
{
    auto* command =
        app.add_subcommand("duty", "whether somebody was on duty at a time; recorded and told to the SIEM first");
    add_state(*command, options.state);
    command
        ->add_option("staff", options.staff,
                     "a staff id, a RADIUS user, a name in roster or call system, a MAC or an IP address")
        ->required();
    command->add_option("--at", options.at, "RFC 3339 time")->required();
    command->add_option("--reason", options.reason, "why you ask")->required();
    command->add_flag("--json", options.json, "as a JSON list");
}

void add_mention(CLI::App& app, MentionOptions& options)
{
    auto* command = app.add_subcommand(
        "mention", "enter a post that somebody saw, or take it back; needs --reason, recorded and told to the SIEM");
    add_state(*command, options.state);
    command->add_option("--platform", options.platform, "where it was seen, as the table of platforms calls it");
    command->add_option("--at", options.at, "when it was posted, an RFC 3339 time");
    command->add_option("--within", options.within, "so much earlier or later it may have been; default 60s");
    command->add_option("--ref", options.reference, "the complaint's own number; default a made one, which is printed");
    command->add_option("--contact", options.contact, "the contact it names, by its id in the call system");
    command->add_flag("--withdraw", options.withdrawn, "it was a mistake: takes the one of --ref back");
    command->add_option("--reason", options.reason, "why it is entered");
}

void add_lookup(CLI::App& app, LookupOptions& options)
{
    auto* command = app.add_subcommand(
        "lookup",
        "who could have posted on a platform in a stretch of time, by pseudonym; recorded and told to the SIEM");
    add_state(*command, options.state);
    command->add_option("--platform", options.platform, "as the table of platforms calls it")->required();
    command->add_option("--from", options.from, "RFC 3339, or by the site's clock 14:05 or '2026-11-24 14:05'")
        ->required();
    command->add_option("--to", options.to, "likewise; at most 24 h later")->required();
    command->add_option("--kind", options.kind,
                        "media_post, text_post, story, composer_opened or media_upload; default any");
    command->add_option("--reason", options.reason, "why you ask")->required();
    command->add_flag("--json", options.json, "as JSON");
}

void add_mentions(CLI::App& app, MentionsOptions& options)
{
    auto* command = app.add_subcommand("mentions", "list posts that somebody saw, and what is known of each");
    add_state(*command, options.state);
    command->add_option("reference", options.reference,
                        "open the list of who it could have been, by pseudonym; needs --reason, and is recorded and "
                        "told to the SIEM first");
    command->add_option("--reason", options.reason, "why the list is opened");
    command->add_flag("--json", options.json, "as a JSON list");
}

void add_replay_alerts(CLI::App& app, ReplayAlertsOptions& options)
{
    auto* command = app.add_subcommand(
        "replay-alerts", "send a destination its alerts again; needs --reason, recorded and told to the SIEM");
    add_state(*command, options.state);
    command->add_option("--to", options.to, "the sink's name")->required();
    command->add_option("--since", options.since, "those raised from then on, RFC 3339")->required();
    command->add_option("--reason", options.reason, "why they are sent again");
}

struct ToolOptions {
    IncidentsOptions incidents;
    ShowOptions show;
    StateOptions state;
    ReviewOptions review;
    DueOptions due;
    PromiseOptions promise;
    ReportOptions report;
    StatusOptions status;
    VerifyOptions verify;
    AuditOptions audit;
    EventsOptions events;
    EmitSamplesOptions emit_samples;
    TestDestinationOptions test_destination;
    KeysOptions keys;
    CalibrateOptions calibrate;
    WhoOptions who;
    DutyOptions duty;
    MentionOptions mention;
    MentionsOptions mentions;
    LookupOptions lookup;
    ReplayAlertsOptions replay_alerts;
    OpeningOptions openings;
};

void add_commands(CLI::App& app, ToolOptions& options)
{
    add_incidents(app, options.incidents);
    add_show(app, options.show);
    add_state_command(app, options.state);
    add_review(app, options.review);
    add_due(app, options.due);
    add_promise(app, options.promise);
    add_report(app, options.report);
    add_status(app, options.status);
    add_verify(app, options.verify);
    add_audit(app, options.audit);
    add_events(app, options.events);
    add_emit_samples(app, options.emit_samples);
    add_test_destination(app, options.test_destination);
    add_keys(app, options.keys);
    add_calibrate(app, options.calibrate);
    add_who(app, options.who);
    add_duty(app, options.duty);
    add_mention(app, options.mention);
    add_mentions(app, options.mentions);
    add_lookup(app, options.lookup);
    add_replay_alerts(app, options.replay_alerts);
    add_openings(app, options.openings);
}

Outcome run_chosen(const CLI::App& command, const ToolOptions& options)
{
    const auto& chosen = command.get_name();
    if (chosen == "incidents") return run_incidents(options.incidents);
    if (chosen == "show") return run_show(options.show);
    if (chosen == "state") return run_state(options.state);
    if (chosen == "due") return run_due(options.due);
    if (chosen == "promise") return run_promise(options.promise);
    if (chosen == "review") return run_review(options.review);
    if (chosen == "report") return run_report(options.report);
    if (chosen == "status") return run_status(options.status);
    if (chosen == "verify") return run_verify(options.verify);
    if (chosen == "events") return run_events(options.events);
    if (chosen == "emit-samples") return run_emit_samples(options.emit_samples);
    if (chosen == "test-destination") return run_test_destination(options.test_destination);
    if (chosen == "keys") return run_keys(options.keys);
    if (chosen == "calibrate") return run_calibrate(command, options.calibrate);
    if (chosen == "who") return run_who(options.who);
    if (chosen == "duty") return run_duty(options.duty);
    if (chosen == "mention") return run_mention(options.mention);
    if (chosen == "lookup") return run_lookup(options.lookup);
    if (chosen == "mentions") return run_mentions(options.mentions);
    if (chosen == "opener") return run_opener_make(options.openings.make);
    if (chosen == "ask") return run_ask(options.openings.ask);
    if (chosen == "approve") return run_approve(options.openings.approve);
    if (chosen == "open") return run_open(options.openings.open);
    if (chosen == "replay-alerts") return run_replay_alerts(options.replay_alerts);
    return run_audit(options.audit);
}

}  // namespace

Outcome run_tool(int argc, const char* const* argv)
{
    CLI::App app{"breakwatch: incidents and their evidence", "breakwatch"};
    app.set_version_flag("--version", "breakwatch " BREAKWATCH_VERSION);
    app.require_subcommand(1);
    app.footer("Manual: breakwatch(1).");
    ToolOptions options;
    add_commands(app, options);
    std::vector<std::string> commands;
    for (const auto* command : app.get_subcommands({})) commands.push_back(command->get_name());
    if (const auto unknown = unknown_command(argc, argv, commands)) return failed(printable(*unknown), tool_usage);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream err;
        const int code = app.exit(error, out, err);
        return {code == 0 ? tool_success : tool_usage, out.str(), err.str()};
    }
    return run_chosen(*app.get_subcommands().front(), options);
}

}  // namespace breakwatch
