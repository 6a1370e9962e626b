#include "cli/test_destination_command.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/sample_alert.hpp"
#include "alerts/transports/syslog_transport.hpp"
#include "base/clock.hpp"
#include "cli/destination.hpp"
#include "cli/operator_name.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;

// The result of one request; the transport's own deadlines end it.
template <typename Request>
error_code wait_for(boost::asio::io_context& io, Request request)
{
    std::optional<error_code> result;
    request([&](error_code error) {
        result = error;
        io.stop();
    });
    io.restart();
    io.run();
    return *result;
}

std::string agreed_in_words(const TlsAgreed& tls, Timestamp now)
{
    auto text = "TLS: " + tls.version + ", " + tls.cipher + "\n";
    if (tls.subject.empty()) return text;
    const auto days = std::chrono::floor<std::chrono::days>(tls.expires - now).count();
    text += "receiver's certificate: " + printable(tls.subject) + ", issued by " + printable(tls.issuer) + "\n";
    text += "SHA-256 " + tls.fingerprint + "\n";
    return text + "it ends at " + to_rfc3339(tls.expires) + ", in " +
           counted(static_cast<std::size_t>(std::max<std::int64_t>(days, 0)), "day") + (days < 30 ? ": renew it" : "") +
           "\n";
}

// As the audit trail has it. A test before the first start has no store to record in.
std::string recorded(const TestDestinationOptions& options, const std::string& name)
{
    std::error_code error;
    if (!std::filesystem::exists(options.state / "breakwatch.db", error))
        return "not recorded: there is no store yet\n";
    auto file = CaseFile::open(options.state);
    const auto done = file ? file->record_samples(name, 1, {operator_name(), "a test of the destination", wall_clock()})
                           : std::unexpected(file.error());
    return done ? "recorded in the audit trail\n" : "not recorded: " + done.error() + "\n";
}

}  // namespace

Outcome run_test_destination(const TestDestinationOptions& options)
{
    const auto sink = destination_named(options.config, "test-destination", options.name);
    if (!sink) return sink.error();
    boost::asio::io_context io;
    const auto transport = make_syslog_transport(io, *sink, {});
    auto said = sink->name + ": " + sink->transport + " to " + transport->peer() + "\n";
    const auto fails = [&](const char* what, error_code error) {
        const auto reason = transport->reason(error);
        transport->close();
        return Outcome{tool_failure, said, std::string(what) + ": " + reason + "\n"};
    };

    if (const auto error = wait_for(io, [&](auto done) { transport->connect(std::move(done)); }))
        return fails("not connected", error);
    said += "connected\n";
    if (const auto tls = transport->agreed()) said += agreed_in_words(*tls, wall_clock());
    if (sink->tls && !sink->tls->verify) said += "its certificate is not verified (verify: none)\n";

    const auto sample = sample_alert(event::kSamplesSent, wall_clock());
    const auto message = alert_format(sink->format).write(sample, identity_of(*sink)).bytes;
    if (const auto error = wait_for(io, [&](auto done) { transport->send({message}, std::move(done)); }))
        return fails("the sample was not taken", error);
    said += "sent one sample, " + std::string(event::kSamplesSent.code) + " in format " + sink->format +
            ", which bears `sample`\n";
    said += transport->acknowledges()
                ? "acknowledged: it has it\n"
                : "written: by " + sink->transport + " nobody says that it has it; look for it in the SIEM\n";
    transport->close();
    return {tool_success, said + recorded(options, sink->name), ""};
}

}  // namespace breakwatch
