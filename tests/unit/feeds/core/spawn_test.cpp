// No exception leaves a coroutine unsaid, and what should run for ever is begun again.
#include "feeds/core/spawn.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace breakwatch {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const Backoff kShort{1ms};

asio::awaitable<void> throw_after_a_wait(asio::io_context& io, int what)
{
    asio::steady_timer wait(io, 1ms);
    co_await wait.async_wait(asio::use_awaitable);
    if (what == 0) throw std::bad_alloc();
    if (what == 1) throw std::system_error(EIO, std::generic_category(), "journal");
    if (what == 2) throw 17;
}

}  // namespace

TEST_CASE("what leaves a loop by an exception is told, with its words, and the loop is begun again")
{
    asio::io_context io;
    std::vector<std::string> told;
    int runs = 0;
    spawn(io,
          {.run = [&] { return throw_after_a_wait(io, runs++); },
           .wanted = [] { return true; },
           .failed = [&](const std::string& why) { told.push_back(why); }},
          kShort);
    io.run_for(10s);
    CHECK(runs == 4);  // the fourth returned, which is the end
    CHECK(told == std::vector<std::string>{"std::bad_alloc", "journal: Input/output error", "an unknown exception"});
    CHECK(io.stopped());
}

TEST_CASE("a loop that cannot even be begun is told and tried again as well")
{
    asio::io_context io;
    int runs = 0;
    int told = 0;
    spawn(io,
          {.run = [&]() -> asio::awaitable<void> {
               if (++runs < 3) throw std::bad_alloc();
               return throw_after_a_wait(io, 9);
           },
           .wanted = [] { return true; },
           .failed = [&](const std::string&) { ++told; }},
          kShort);
    io.run_for(10s);
    CHECK(runs == 3);
    CHECK(told == 2);
}

TEST_CASE("the pauses between the tries grow")
{
    asio::io_context io;
    int runs = 0;
    spawn(io,
          {.run =
               [&] {
                   ++runs;
                   return throw_after_a_wait(io, 0);
               },
           .wanted = [] { return true; },
           .failed = [](const std::string&) {}},
          kShort);
    io.run_for(1s);
    CHECK(runs >= 4);
    CHECK(runs <= 14);  // 1, 2, 4 ... ms, a quarter more or less
}

TEST_CASE("what finds no memory to be told is told after the pause")
{
    asio::io_context io;
    int tries = 0;
    std::string told;
    spawn(io,
          {.run = [&] { return throw_after_a_wait(io, told.empty() ? 1 : 9); },
           .wanted = [] { return true; },
           .failed =
               [&](const std::string& why) {
                   if (++tries == 1) throw std::bad_alloc();
                   told = why;
               }},
          kShort);
    io.run_for(10s);
    CHECK(tries == 2);
    CHECK(told == "journal: Input/output error");
}

TEST_CASE("nothing is told or begun again for nobody")
{
    asio::io_context io;
    bool wanted = true;
    int runs = 0;
    int told = 0;
    spawn(io,
          {.run =
               [&] {
                   ++runs;
                   wanted = false;
                   return throw_after_a_wait(io, 0);
               },
           .wanted = [&] { return wanted; },
           .failed = [&](const std::string&) { ++told; }},
          kShort);
    io.run_for(10s);
    CHECK(runs == 1);
    CHECK(told == 0);
}

TEST_CASE("what ends by itself is told when it ends by an exception, and not begun again")
{
    asio::io_context io;
    std::vector<std::string> told;
    int runs = 0;
    spawn_once(io, {.run =
                        [&] {
                            ++runs;
                            return throw_after_a_wait(io, 1);
                        },
                    .failed = [&](const std::string& why) { told.push_back(why); }});
    io.run_for(10s);
    CHECK(runs == 1);
    CHECK(told == std::vector<std::string>{"journal: Input/output error"});
}

TEST_CASE("what nobody could take leaves the loop's run, where it is seen")
{
    asio::io_context io;
    spawn_once(io, {.run = [&] { return throw_after_a_wait(io, 1); },
                    .failed = [](const std::string&) { throw std::logic_error("no words"); }});
    CHECK_THROWS_AS(io.run_for(10s), std::logic_error);
}

}  // namespace breakwatch
