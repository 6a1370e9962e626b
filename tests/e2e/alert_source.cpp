// The way out of the daemon alone: the real store on its thread, and the sinks of a configuration. Makes alerts
// cheaply.
//   alert_source CONFIG COUNT PER_SECOND      until SIGTERM; each second a line of what each sink has
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "app/farewell.hpp"
#include "app/sink_pipelines.hpp"
#include "app/store_thread.hpp"
#include "base/clock.hpp"
#include "base/timer.hpp"
#include "config/load_config.hpp"
#include "policy/event_catalogue.hpp"
#include "store/store.hpp"

using namespace breakwatch;

namespace {

constexpr std::chrono::milliseconds kTurn{20};

int refuse(const std::string& what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    return 1;
}

void tell(SinkPipelines& pipelines)
{
    pipelines.look();
    for (const auto& sink : pipelines.status()) {
        const auto found = pipelines.backlog().find(sink.name);
        const auto backlog = found == pipelines.backlog().end() ? Backlog{} : found->second;
        std::printf("%s sent=%llu failures=%llu waiting=%zu unconfirmed=%zu error=%s\n", sink.name.c_str(),
                    static_cast<unsigned long long>(sink.sent), static_cast<unsigned long long>(sink.failures),
                    backlog.alerts, backlog.unconfirmed, sink.last_error.c_str());
    }
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments)
{
    if (count != 4) return refuse("usage: alert_source CONFIG COUNT PER_SECOND");
    const auto config = load_config(arguments[1], {});
    if (!config) return refuse(to_string(config.error().front()));
    const auto alerts = std::strtoull(arguments[2], nullptr, 10);
    const auto rate = std::strtod(arguments[3], nullptr);

    std::vector<std::string> names;
    for (const auto& sink : config->syslog) names.push_back(sink.name);
    const auto key = std::make_shared<const IdentityKey>(IdentityKey::from_material("a test's"));
    auto store = open_store(config->state_directory, names, key);
    if (!store) return refuse(store.error());

    boost::asio::io_context io;
    std::unique_ptr<SinkPipelines> pipelines;
    StoreThread thread(io, std::move(*store),
                       {.recorded = [&] { pipelines->wake(); },
                        .failing = [](const std::string& why) { std::fprintf(stderr, "store: %s\n", why.c_str()); },
                        .recovered = [] {}});
    pipelines = std::make_unique<SinkPipelines>(io, thread);
    pipelines->start(config->syslog);

    std::uint64_t made = 0;
    const auto begun = std::chrono::steady_clock::now();
    PeriodicTimer source(io, kTurn, [&] {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
        for (const auto due = rate * passed.count(); made < alerts && static_cast<double>(made) < due;) {
            ++made;
            thread.record(ReportHealth{event::kRefused.code, Severity::notice, "test",
                                       "alert number " + std::to_string(made) + " of a test", wall_clock()});
        }
    });
    PeriodicTimer status(io, std::chrono::seconds{1}, [&] { tell(*pipelines); });
    source.start_later();
    status.start_later();

    std::unique_ptr<Farewell> farewell;
    boost::asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        pipelines->end_heartbeats();
        farewell = std::make_unique<Farewell>(
            io, thread, [&] { return pipelines->unconfirmed(); }, std::chrono::seconds{2},
            [&] {
                pipelines->stop();
                io.stop();
            });
    });
    io.run();
    return 0;
}
