// The socket of call events outlives errors of accept, and a path that is taken for a while.
#include "feeds/calls/transports/call_socket.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <vector>

#include "support/no_descriptors.hpp"
#include "unit/feeds/recorded_feeds.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;
using test::NoDescriptors;
using test::ScratchFolder;
using Stream = boost::asio::local::stream_protocol;

struct Told {
    boost::asio::io_context io;
    std::vector<FeedState> states;
    std::unique_ptr<Feed> feed;

    explicit Told(const std::string& path)
        : feed(make_call_socket(
              io, {.intake = {.name = "acd"}, .path = path}, [](std::string_view) { return CallStatements{}; },
              [] { return std::make_shared<const Enrolment>(); },
              [this](const Observation& observation) {
                  if (const auto* state = std::get_if<FeedState>(&observation)) states.push_back(*state);
              }))
    {
        feed->start();
    }
    bool run_until_states(std::size_t count)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (states.size() < count && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_for(20ms);
        }
        return states.size() == count;
    }
};

}  // namespace

TEST_CASE("without descriptors the call socket is down with the reason, and up again once there are some")
{
    const ScratchFolder folder;
    const auto path = (folder.path / "calls.sock").string();
    Told told(path);
    REQUIRE(told.run_until_states(1));
    CHECK(told.states[0].up);
    told.io.run_for(20ms);  // once before: the sanitizer's first look at a type opens a pipe
    boost::asio::io_context client;
    Stream::socket writer(client, Stream());
    {
        const NoDescriptors none;
        writer.connect(Stream::endpoint(path));
        REQUIRE(told.run_until_states(2));
        CHECK_FALSE(told.states[1].up);
        CHECK(told.states[1].what.starts_with(path + ": cannot accept: Too many open files; tried again"));
    }
    REQUIRE(told.run_until_states(3));
    CHECK(told.states[2].up);
}

TEST_CASE("a path that is something else is told, and the socket made once it is gone")
{
    const ScratchFolder folder;
    const auto path = folder.path / "calls.sock";
    std::filesystem::create_directory(path);
    Told told(path.string());
    REQUIRE(told.run_until_states(1));
    CHECK_FALSE(told.states[0].up);
    CHECK(told.states[0].what.starts_with(path.string() + ": is there already and is no socket"));
    std::filesystem::remove(path);
    REQUIRE(told.run_until_states(2));
    CHECK(told.states[1].up);
    CHECK(std::filesystem::is_socket(path));
}

}  // namespace breakwatch
