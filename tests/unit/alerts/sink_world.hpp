// A sink to a receiver on loopback, and what it tells.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/transports/syslog_sink.hpp"
#include "unit/alerts/receivers.hpp"
#include "unit/alerts/rfc5424_parser.hpp"

namespace breakwatch::test {

inline Alert an_alert(std::uint64_t sequence)
{
    Alert alert;
    alert.sequence = sequence;
    alert.previous = sequence - 1;
    alert.code = "BW-1001";
    alert.message_id = "POSTLIKE";
    alert.at = *parse_rfc3339("2026-11-23T09:18:41.207Z");
    alert.fields = {{"id", "bw-4f1c"}};
    alert.text = "post-like activity";
    return alert;
}

inline Alert a_heartbeat()
{
    auto alert = an_alert(9);
    alert.code = "BW-9001";
    return alert;
}

// The messages of a stream with octet counting.
inline std::vector<ParsedSyslog> messages(std::string_view stream)
{
    std::vector<ParsedSyslog> all;
    while (!stream.empty()) {
        const auto space = stream.find(' ');
        REQUIRE(space != std::string_view::npos);
        const auto length = std::stoul(std::string(stream.substr(0, space)));
        REQUIRE(stream.size() >= space + 1 + length);
        const auto message = Rfc5424Parser::parse(stream.substr(space + 1, length));
        REQUIRE(message);
        all.push_back(*message);
        stream.remove_prefix(space + 1 + length);
    }
    return all;
}

struct SinkWorld {
    boost::asio::io_context io;
    std::unique_ptr<Sink> sink;
    int done = 0;

    void make(const SyslogConfig& config, const SyslogTimes& times = short_times())
    {
        sink = make_syslog_sink(io, config, times);
    }
    void deliver(std::uint64_t sequence) { deliver(an_alert(sequence)); }
    // As the pump does: again until it is taken.
    void deliver(const Alert& alert)
    {
        sink->deliver({alert}, [this, alert](SinkTaken taken) {
            if (taken.count == 0) return deliver(alert);
            ++done;
        });
    }
    void run_until_done(int count)
    {
        run_until(io, [&] { return done == count; });
    }
};

struct Told {
    std::vector<std::string> notices;
    int broke = 0;

    void listen(Sink& sink)
    {
        sink.listen({.broke = [this] { ++broke; },
                     .tell = [this](const SinkNotice& notice) { notices.push_back(notice.text); }});
    }
};

}  // namespace breakwatch::test
