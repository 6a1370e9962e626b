#include "app/names_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "app/capture_facts.hpp"
#include "app/exit_code.hpp"
#include "app/stop_signal.hpp"
#include "capture/capture_file.hpp"
#include "capture/packet_ring.hpp"
#include "config/load_config.hpp"
#include "flow/dissector.hpp"
#include "policy/activity/finding.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

std::string to_text(const Endpoint& end)
{
    const auto ip = to_string(end.ip);
    const bool v6 = end.ip.family == IpAddress::Family::v6;
    return (v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(end.port);
}

// One line a name, as it is found.
class NameLines final : public DissectorEvents {
  public:
    explicit NameLines(const PlatformCatalog& catalog) : catalog_(catalog) {}

    bool is_outer_name(std::string_view name) override
    {
        const auto match = catalog_.find(name);
        return match && match->role == Role::outer;
    }
    void on_server_name(Flow& flow, const ServerName& found, Timestamp at) override
    {
        const auto& shown = found.name.empty() ? kUnnamed : found.name;
        std::printf("%s %-4s %s > %s %s%s%s\n", to_rfc3339(at).c_str(), std::string(name(found.origin)).c_str(),
                    to_text(flow.tuple.originator).c_str(), to_text(flow.tuple.responder).c_str(), shown.c_str(),
                    found.encrypted && !found.name.empty() ? " (outer name; the server is hidden)" : "",
                    found.ambiguous ? " (one of several)" : "");
    }

  private:
    inline static const std::string kUnnamed = "(hidden)";
    const PlatformCatalog& catalog_;
};

// The error, if any, after everything readable was dissected.
std::string dissect(PacketSource& source, Dissector& dissector)
{
    while (stop_asked == 0) {
        const auto state = source.next_batch(PacketSource::kBatch, [&](std::span<const Packet> packets) {
            dissector.process(packets);
            std::fflush(stdout);  // before more is waited for: somebody may watch
        });
        if (!state) {
            dissector.finish();
            return state.error();
        }
        if (*state == PacketSource::State::ended) break;
    }
    dissector.finish();
    return {};
}

json::object stats_of(const DecodeCounters& counters)
{
    json::object stats{
        {"packets", counters.packets}, {"bytes", counters.bytes}, {"flows", counters.flows}, {"names", counters.names}};
    counters.for_each([&](const std::string& reason, std::uint64_t count) { stats[reason] = count; });
    return stats;
}

void print_stats(const DecodeCounters& counters)
{
    for (const auto& [reason, count] : stats_of(counters))
        std::printf("%-28s %s\n", std::string(reason).c_str(), json::serialize(count).c_str());
}

void print_error(const std::string& error)
{
    std::fprintf(stderr, "breakwatchd: %s\n", error.c_str());
}

std::string list_facts(const std::string& capture, const PlatformCatalog& catalog, bool with_stats)
{
    CaptureFacts facts(catalog);
    Dissector dissector(opening_all_tunnels(), facts);
    std::string error;
    if (auto source = CaptureFiles::open({capture})) {
        error = dissect(**source, dissector);
    } else {
        error = source.error();
    }
    json::object line{{"file", capture}};
    for (auto& [key, value] : facts.take()) line[key] = std::move(value);
    if (!error.empty()) line["error"] = error;
    if (with_stats) line["stats"] = stats_of(dissector.counters());
    std::printf("%s\n", clean_text(json::serialize(line)).c_str());
    std::fflush(stdout);
    return error;
}

std::string list_flows(PacketSource& source, const PlatformCatalog& catalog, bool with_stats)
{
    NameLines lines(catalog);
    Dissector dissector(opening_all_tunnels(), lines);
    auto error = dissect(source, dissector);
    if (with_stats) print_stats(dissector.counters());
    return error;
}

int run_interface(const NamesOptions& options, const PlatformCatalog& catalog)
{
    LiveSettings settings;
    settings.interface = options.interface;
    const auto opened = open_live(settings);
    const auto error = opened ? list_flows(*opened->source, catalog, options.stats) : opened.error();
    if (error.empty()) return exit_success;
    print_error(error);
    return exit_capture;
}

}  // namespace

CLI::App* add_names(CLI::App& app, NamesOptions& options)
{
    auto* command = app.add_subcommand("names", "server names, DNS answers and leases in captures");
    auto* captures = command->add_option("capture", options.captures, "pcap or pcapng, - for standard input");
    command->add_option("-i,--interface", options.interface, "listen here instead; one line a name")
        ->excludes(captures);
    command->add_flag("--flows", options.flows, "one line a name, as it is found");
    command->add_flag("--stats", options.stats, "what was not understood, by reason");
    command->callback([&options] {
        if (options.captures.empty() && options.interface.empty())
            throw CLI::RequiredError("a capture or -i INTERFACE");
    });
    return command;
}

int run_names(const NamesOptions& options)
{
    stop_on_signals();
    const auto catalog = load_platforms({});
    if (!catalog) throw std::runtime_error("platforms: the list shipped inside the program cannot be read");
    if (!options.interface.empty()) return run_interface(options, *catalog);
    int code = exit_success;
    for (const auto& capture : options.captures) {
        std::string error;
        if (!options.flows) {
            error = list_facts(capture, *catalog, options.stats);
        } else if (const auto source = CaptureFiles::open({capture})) {
            error = list_flows(**source, *catalog, options.stats);
        } else {
            error = source.error();
        }
        if (error.empty()) continue;
        print_error(error);
        code = exit_capture;
    }
    return code;
}

}  // namespace breakwatch
