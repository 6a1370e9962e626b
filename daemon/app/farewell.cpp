#include "app/farewell.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace breakwatch {

namespace {

constexpr std::chrono::milliseconds kLookEvery{20};

}  // namespace

Farewell::Farewell(boost::asio::io_context& io, StoreThread& store, std::vector<std::string> sinks,
                   std::chrono::milliseconds most, std::function<void()> done)
    : io_(io),
      store_(store),
      sinks_(std::move(sinks)),
      until_(std::chrono::steady_clock::now() + most),
      done_(std::move(done)),
      timer_(io)
{
    ask();
}

// On the store's thread after everything that was recorded before.
void Farewell::ask()
{
    const auto answer = [this](bool owed) {
        boost::asio::post(io_, [this, owed] { take(owed || store_.waiting() > 0); });
    };
    store_.with_store(
        [this, answer](Store& store) {
            answer(std::ranges::any_of(sinks_, [&](const auto& sink) { return store.backlog(sink) > 0; }));
        },
        [answer] { answer(true); });
}

void Farewell::take(bool owed)
{
    if (!owed || std::chrono::steady_clock::now() >= until_) return done_();
    timer_.after(kLookEvery, [this] { ask(); });
}

}  // namespace breakwatch
