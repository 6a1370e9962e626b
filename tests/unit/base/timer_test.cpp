// Timers whose work never outlives them.
#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <thread>

#include "base/timer.hpp"

using namespace breakwatch;
using namespace std::chrono_literals;

TEST_CASE("what is asked for anew comes instead of what was asked for before")
{
    boost::asio::io_context io;
    OnceTimer timer(io);
    int first = 0;
    int second = 0;
    timer.after(1ms, [&] { ++first; });
    timer.after(2ms, [&] { ++second; });
    io.run();
    CHECK(first == 0);
    CHECK(second == 1);
}

TEST_CASE("a call that is queued already comes to nothing when its timer is stopped, set anew or destroyed")
{
    boost::asio::io_context io;
    auto timer = std::make_unique<OnceTimer>(io);
    int calls = 0;
    int later = 0;
    int wanted_later = 0;
    SUBCASE("stopped")
    {
        boost::asio::post(io, [&] { timer->stop(); });
    }
    SUBCASE("destroyed")
    {
        boost::asio::post(io, [&] { timer.reset(); });
    }
    SUBCASE("set anew")
    {
        wanted_later = 1;
        boost::asio::post(io, [&] { timer->after(1ms, [&] { ++later; }); });
    }
    timer->after(0ms, [&] { ++calls; });
    std::this_thread::sleep_for(2ms);  // so that both are due at once, in this order
    io.run();
    CHECK(calls == 0);
    CHECK(later == wanted_later);
}

TEST_CASE("work may destroy the timer that calls it")
{
    boost::asio::io_context io;
    std::unique_ptr<PeriodicTimer> timer;
    auto owned = std::make_shared<int>(0);
    timer = std::make_unique<PeriodicTimer>(io, 1ms, [&timer, owned] {
        timer.reset();
        ++*owned;  // still here: the work is kept until it returns
    });
    SUBCASE("at its first call")
    {
        timer->start();
    }
    SUBCASE("later")
    {
        timer->start_later();
    }
    io.run();
    CHECK(*owned == 1);
}

TEST_CASE("what has more is called at once, and an interval of nothing ends when there is no more")
{
    boost::asio::io_context io;
    int left = 5;
    PeriodicTimer once(io, 0ms, [&] { return --left > 0; });
    once.start();
    CHECK(left == 4);  // the first call is made before start() returns
    io.run();
    CHECK(left == 0);

    int calls = 0;
    PeriodicTimer again(io, 1ms, [&] { return ++calls < 3; });
    again.start();
    io.restart();
    for (int i = 0; i < 3; ++i) io.run_one();
    CHECK(calls >= 3);
    again.stop();
    io.restart();
    io.run();
    CHECK(calls <= 4);
}

TEST_CASE("stopped and started again, it has one rhythm")
{
    boost::asio::io_context io;
    int calls = 0;
    PeriodicTimer timer(io, 1ms, [&] {
        if (++calls == 6) timer.stop();
    });
    timer.start_later();
    timer.stop();
    timer.start_later();
    timer.stop();
    timer.start();
    CHECK(calls == 1);
    io.run();
    CHECK(calls == 6);
}
