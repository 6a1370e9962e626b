// A sink before another one: what its filter keeps back is done with, and counted. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "alerts/sink.hpp"
#include "config/config.hpp"

namespace breakwatch {

// `io` outlives it. Without a filter: `sink` itself.
std::unique_ptr<Sink> filtered_sink(boost::asio::io_context& io, std::unique_ptr<Sink> sink,
                                    const SyslogConfig& config);

}  // namespace breakwatch
