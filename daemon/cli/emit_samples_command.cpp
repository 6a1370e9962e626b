#include "cli/emit_samples_command.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/formats/sample_alert.hpp"
#include "alerts/transports/syslog_sink.hpp"
#include "base/clock.hpp"
#include "cli/destination.hpp"
#include "cli/operator_name.hpp"
#include "policy/text.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostSamples = 10'000;
// Without one more being taken; a first connection needs some of it.
constexpr std::chrono::seconds kPatience{15};

Alert sample(std::size_t number)
{
    return sample_alert(kEvents.at(number % kEvents.size()), wall_clock());
}

Outcome print(const EmitSamplesOptions& options, std::size_t count)
{
    for (const auto& objection : {unknown_word("--format", options.format, words_of(alert_formats())),
                                  unknown_word("--header", options.header, words_of(header_formats()))}) {
        if (!objection.empty()) return failed(objection, tool_usage);
    }
    const SyslogIdentity identity{.header = &header_format(options.header)};
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += alert_format(options.format).write(sample(i), identity).bytes + "\n";
    return {tool_success, out, ""};
}

// How many were taken.
std::size_t send(boost::asio::io_context& io, Sink& sink, std::size_t count)
{
    std::size_t sent = 0;
    const std::function<void()> next = [&] {
        if (sent == count) return io.stop();
        sink.deliver({sample(sent)}, [&](SinkTaken taken) {
            sent += taken.count;
            next();  // after a failure the sink pauses by itself
        });
    };
    next();
    for (std::size_t before = 0; !io.stopped(); before = sent) {
        io.run_for(kPatience);
        if (sent == before) break;
    }
    sink.stop();
    return sent;
}

Outcome send_to(const EmitSamplesOptions& options, std::size_t count)
{
    const auto sink = destination_named(options.config, "--to", options.to);
    if (!sink) return sink.error();
    // First: what cannot be recorded is not done.
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());

    boost::asio::io_context io;
    const auto connection = make_syslog_sink(io, *sink);
    const auto sent = send(io, *connection, count);
    if (sent > 0) {
        const OpeningRequest request{operator_name(), "samples of events", wall_clock()};
        if (const auto recorded = file->record_samples(sink->name, sent, request); !recorded)
            return failed(counted(sent, "sample") + " sent, and not recorded: " + recorded.error());
    }
    if (sent < count)
        return failed(std::to_string(sent) + " of " + std::to_string(count) + " samples sent; " +
                      connection->status().last_error);
    return {tool_success, counted(sent, "sample") + " sent to " + sink->name + "; recorded in the audit trail\n", ""};
}

}  // namespace

Outcome run_emit_samples(const EmitSamplesOptions& options)
{
    const auto count = options.count > 0 ? options.count : kEvents.size();
    if (count > kMostSamples) return failed("--count: expected at most " + std::to_string(kMostSamples), tool_usage);
    return options.to.empty() ? print(options, count) : send_to(options, count);
}

}  // namespace breakwatch
