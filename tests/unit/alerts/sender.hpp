// A transport whose requests are waited for.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/transports/syslog_transport.hpp"
#include "unit/alerts/receivers.hpp"

namespace breakwatch::test {

struct Sender {
    boost::asio::io_context& io;
    std::shared_ptr<SyslogTransport> transport;

    Sender(boost::asio::io_context& loop, const SyslogConfig& config, const SyslogTimes& times = short_times())
        : io(loop), transport(make_syslog_transport(loop, config, times))
    {}
    ~Sender() { transport->close(); }

    boost::system::error_code send(const std::string& message) { return send(std::vector<std::string>{message}); }
    boost::system::error_code send(const std::vector<std::string>& messages)
    {
        std::optional<boost::system::error_code> result;
        transport->send(messages, [&](boost::system::error_code error) { result = error; });
        CHECK(!result);  // never from within
        run_until(io, [&] { return result.has_value(); });
        return result.value_or(boost::asio::error::would_block);
    }
    boost::system::error_code connect()
    {
        std::optional<boost::system::error_code> result;
        transport->connect([&](boost::system::error_code error) { result = error; });
        run_until(io, [&] { return result.has_value(); });
        return result.value_or(boost::asio::error::would_block);
    }
};

}  // namespace breakwatch::test
