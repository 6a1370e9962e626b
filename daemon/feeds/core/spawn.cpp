#include "feeds/core/spawn.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Failed = std::function<void(const std::string&)>;

// Why the coroutine was left by an exception; none: it returned.
asio::awaitable<std::optional<std::string>> guarded(const std::function<asio::awaitable<void>()>& run)
{
    std::optional<std::string> why;
    try {
        co_await run();
    } catch (const std::exception& error) {
        why = error.what();
    } catch (...) {
        why = "an unknown exception";
    }
    co_return why;
}

// Telling may itself find no memory: then it is told later.
bool told(const Failed& failed, const std::string& why)
{
    try {
        failed(why);
        return true;
    } catch (...) {
        return false;
    }
}

asio::awaitable<void> run_for_ever(asio::io_context& io, SpawnedLoop loop, Backoff backoff)
{
    asio::steady_timer pause(io);
    std::optional<std::string> untold;
    while (loop.wanted()) {
        const auto begun = Clock::now();
        auto why = co_await guarded(loop.run);
        if (!why || !loop.wanted()) co_return;
        if (Clock::now() - begun > Backoff::kLongest) backoff.succeeded();
        untold = std::move(why);
        if (told(loop.failed, *untold)) untold.reset();
        pause.expires_after(backoff.next());
        (void)co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (untold && loop.wanted() && told(loop.failed, *untold)) untold.reset();
    }
}

asio::awaitable<void> run_once(SpawnedWork work)
{
    const auto why = co_await guarded(work.run);
    if (why) work.failed(*why);
}

// What the guards themselves could not take leaves run(): the loop's owner ends with words.
void rethrow(const std::exception_ptr& error)
{
    if (error) std::rethrow_exception(error);
}

}  // namespace

void spawn(asio::io_context& io, SpawnedLoop loop, Backoff backoff)
{
    asio::co_spawn(io, run_for_ever(io, std::move(loop), backoff), rethrow);
}

void spawn_once(asio::io_context& io, SpawnedWork work)
{
    asio::co_spawn(io, run_once(std::move(work)), rethrow);
}

}  // namespace breakwatch
