#include "app/intake_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "app/exit_code.hpp"
#include "app/feeds.hpp"
#include "app/log.hpp"
#include "app/options.hpp"
#include "app/site.hpp"
#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/calls/call_systems.hpp"
#include "feeds/mentions/mention_feeds.hpp"
#include "policy/duty/call_timeline.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

json::value optional_time(const std::optional<Timestamp>& time)
{
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

void print(const json::object& line)
{
    std::printf("%s\n", clean_text(json::serialize(line)).c_str());
    std::fflush(stdout);
}

void print(const Call& call)
{
    print(json::object{{"type", "call"},
                       {"agent", call.staff.value},
                       {"channel", name(call.channel)},
                       {"queue", call.queue},
                       {"answered_at", optional_time(call.answered)},
                       {"ended_at", optional_time(call.ended)},
                       {"ended_by", call.ended_by},
                       {"source", call.source},
                       {"id", call.id}});
}

void print(const Binding& binding)
{
    print(json::object{{"type", "binding"},
                       {"staff", binding.staff.value},
                       {"mac", to_string(binding.mac)},
                       {"ip", to_string(binding.ip)},
                       {"from", to_rfc3339(binding.from)},
                       {"to", optional_time(binding.to)},
                       {"grade", name(binding.grade)},
                       {"zone", binding.zone},
                       {"source", binding.reason}});
}

void print(const FeedStatus& feed)
{
    json::object line{{"type", "status"},
                      {"feed", feed.name},
                      {"up", feed.up},
                      {"taken", feed.taken},
                      {"refused", feed.refused},
                      {"unmapped", feed.unmapped},
                      {"last_event", optional_time(feed.last_event)},
                      {"last_refusal", feed.last_refusal}};
    json::array names;
    for (const auto& name : feed.unmapped_names) names.emplace_back(name);
    if (!names.empty()) line["unmapped_names"] = std::move(names);
    line["clock_ahead_s"] = nullptr;
    if (feed.clock_ahead) line["clock_ahead_s"] = std::chrono::duration<double>(*feed.clock_ahead).count();
    print(line);
}

std::string_view name(SessionEvent::Kind kind)
{
    switch (kind) {
        case SessionEvent::Kind::start: return "start";
        case SessionEvent::Kind::interim: return "interim";
        case SessionEvent::Kind::stop: return "stop";
        case SessionEvent::Kind::nas_reset: break;
    }
    return "nas-reset";
}

// Prints what each feed says; keeps calls and bindings as the daemon would.
class Interpreter {
  public:
    Interpreter(const Config& config, const Tables& tables)
        : engine_(engine_settings_of(config), tables.catalog, tables.model,
                  [](const StaffId& staff) { return Pseudonym{staff.value}; })
    {}

    void take(const Observation& observation, bool calls_as_they_come)
    {
        std::visit([this](const auto& told) { show(told); }, observation);
        if (const auto* event = std::get_if<CallEvent>(&observation)) {
            const auto call = calls_.observe(*event);
            if (call && call->ended && calls_as_they_come) print(*call);
        }
        (void)engine_.observe(observation);
    }

    void print_all() const
    {
        for (const auto& call : calls_.all()) print(call);
        print_bindings();
    }
    // Live: what silence has ended by now is over.
    void reach(Timestamp now) { (void)engine_.observe(Tick{now}); }
    void print_open_calls() const
    {
        for (const auto& call : calls_.all()) {
            if (!call.ended) print(call);
        }
    }
    void print_bindings() const
    {
        for (const auto& binding : engine_.bindings()) print(binding);
    }

  private:
    void show(const Roster& roster)
    {
        for (const auto& row : roster.intervals()) {
            print(json::object{{"type", "duty"},
                               {"agent", row.staff.value},
                               {"activity", breakwatch::name(row.activity)},
                               {"start", to_rfc3339(row.start)},
                               {"end", to_rfc3339(row.end)},
                               {"site", row.site}});
        }
    }
    void show(const Enrolment& enrolment)
    {
        print(json::object{{"type", "enrolment"}, {"people", enrolment.people().size()}});
    }
    void show(const SessionEvent& event)
    {
        json::array addresses;
        for (const auto& ip : event.addresses) addresses.emplace_back(to_string(ip));
        json::array prefixes;
        for (const auto& prefix : event.prefixes) {
            prefixes.emplace_back(to_string(prefix.network) + "/" + std::to_string(prefix.length));
        }
        print(json::object{{"type", "session"},
                           {"kind", name(event.kind)},
                           {"nas", event.nas},
                           {"session", event.session_id},
                           {"user", event.user},
                           {"mac", to_string(event.mac)},
                           {"ip", std::move(addresses)},
                           {"prefixes", std::move(prefixes)},
                           {"ssid", event.ssid},
                           {"at", to_rfc3339(event.at)}});
    }
    void show(const Lease& lease)
    {
        print(json::object{{"type", "lease"},
                           {"mac", to_string(lease.mac)},
                           {"ip", to_string(lease.ip)},
                           {"from", to_rfc3339(lease.from)},
                           {"until", to_rfc3339(lease.until)},
                           {"ended", optional_time(lease.ended)}});
    }
    void show(const FeedState& state)
    {
        print(json::object{{"type", "feed"}, {"feed", state.feed}, {"up", state.up}, {"what", state.what}});
    }
    void show(const InputRefused& refused)
    {
        print(json::object{{"type", refused.taken ? "note" : "refused"},
                           {"feed", refused.feed},
                           {"where", refused.where},
                           {"what", refused.what}});
    }
    void show(const AgentStateEvent& event)
    {
        print(json::object{{"type", "agent-state"},
                           {"agent", event.staff.value},
                           {"kind", name(event.kind)},
                           {"reason", name(event.reason)},
                           {"queue", event.queue},
                           {"at", to_rfc3339(event.at)},
                           {"source", event.source}});
    }
    void show(const Mention& mention)
    {
        print(json::object{{"type", "mention"},
                           {"platform", mention.platform},
                           {"at", to_rfc3339(mention.at)},
                           {"within_s", std::chrono::duration<double>(mention.within).count()},
                           {"reference", mention.reference},
                           {"contact", mention.contact},
                           {"source", mention.source}});
    }
    void show(const FeedClock& clock)
    {
        print(json::object{{"type", "clock"},
                           {"feed", clock.feed},
                           {"ahead_s", std::chrono::duration<double>(clock.ahead).count()},
                           {"beyond", clock.beyond},
                           {"corrected_s", std::chrono::duration<double>(clock.corrected).count()}});
    }
    void show(const CallEvent&) {}
    void show(const auto&) {}

    Engine engine_;
    CallTimeline calls_;
};

// Of what has no end nothing is read up to it.
void name_what_is_left_out(const Config& config)
{
    const auto say = [](const std::string& feed) {
        std::fprintf(stderr, "%s: has no end, left out with --until-eof\n", feed.c_str());
    };
    for (const auto& calls : config.calls) {
        if (!has_an_end(calls)) say("calls:" + calls.name);
    }
    for (const auto& mentions : config.mentions) {
        if (!has_an_end(mentions)) say("mentions:" + mentions.name);
    }
    for (const auto& radius : config.radius) say("radius:" + radius.name);
}

int run_feeds(const Config& config, PersonFiles& people, Interpreter& interpreter, bool until_eof)
{
    boost::asio::io_context io;
    const auto enrolment = [&people] { return people.enrolment(); };
    const auto handler = [&](const Observation& observation) { interpreter.take(observation, !until_eof); };
    people.start();
    const auto feeds = make_feeds(io, config, until_eof ? FeedMode::once : FeedMode::follow, enrolment, handler);
    for (const auto& feed : feeds) feed->start();
    boost::asio::signal_set signals(io);
    PeriodicTimer watch(io, std::chrono::ceil<std::chrono::milliseconds>(config.roster.watch), [&people] {
        people.look();
        return false;
    });
    if (!until_eof) {
        if (config.roster.watch > Duration{0}) watch.start();
        signals.add(SIGINT);
        signals.add(SIGTERM);
        signals.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
    }
    io.run();
    if (until_eof) {
        interpreter.print_all();
    } else {
        interpreter.reach(wall_clock());
        interpreter.print_open_calls();
        interpreter.print_bindings();
    }
    print(people.status());
    for (const auto& feed : feeds) print(feed->status());
    return exit_success;
}

}  // namespace

CLI::App* add_intake(CLI::App& app, IntakeOptions& options)
{
    auto* command = app.add_subcommand("intake", "the feeds alone: prints what is understood of them, with staff ids");
    options.config = kDefaultConfig;
    command->add_option("--config", options.config, "configuration file")->capture_default_str();
    command->add_flag("--until-eof", options.until_eof, "read files to their end, print calls and bindings, and end");
    return command;
}

int run_intake(const IntakeOptions& options)
{
    set_up_log(options.log_level);
    const auto config = load_site_config(options.config);
    if (!config) return print_errors(config.error()), config.error().exit_code;
    const auto tables = load_tables(*config);
    if (!tables) return print_errors(tables.error()), tables.error().exit_code;

    Interpreter interpreter(*config, **tables);
    PersonFiles people(person_files_of(*config),
                       [&](const Observation& observation) { interpreter.take(observation, false); });
    if (const auto wrong = people.load(); !wrong.empty()) {
        for (const auto& error : wrong) std::fprintf(stderr, "%s\n", to_string(error).c_str());
        return exit_config;
    }
    for (const auto& note : people.notes()) std::fprintf(stderr, "note: %s\n", to_string(note).c_str());
    if (options.until_eof) name_what_is_left_out(*config);
    return run_feeds(*config, people, interpreter, options.until_eof);
}

}  // namespace breakwatch
