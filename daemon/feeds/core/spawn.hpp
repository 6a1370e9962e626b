// The one way a coroutine begins on the main loop. An exception that leaves it is told, never swallowed, and
// what should run for ever is begun again after a pause. Main thread only.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "base/backoff.hpp"

namespace breakwatch {

// What runs until nobody wants it any more. All three are kept until then, with what they hold.
struct SpawnedLoop {
    std::function<boost::asio::awaitable<void>()> run;   // begun anew each time; when it returns, that is the end
    std::function<bool()> wanted;                        // false: nothing is told and nothing begun again
    std::function<void(const std::string& why)> failed;  // as the feed's state
};
void spawn(boost::asio::io_context& io, SpawnedLoop loop, Backoff backoff = Backoff());

// What ends by itself, as a connection does, and whose other end begins again.
struct SpawnedWork {
    std::function<boost::asio::awaitable<void>()> run;
    std::function<void(const std::string& why)> failed;
};
void spawn_once(boost::asio::io_context& io, SpawnedWork work);

}  // namespace breakwatch
