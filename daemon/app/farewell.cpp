#include "app/farewell.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace breakwatch {

namespace {

constexpr std::chrono::milliseconds kLookEvery{20};

}  // namespace

Farewell::Farewell(boost::asio::io_context& io, StoreThread& store, Unconfirmed unconfirmed,
                   std::chrono::milliseconds most, std::function<void()> done)
    : io_(io),
      store_(store),
      unconfirmed_(std::move(unconfirmed)),
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
        [answer, written = unconfirmed_()](Store& store) {
            answer(std::ranges::any_of(written,
                                       [&](const auto& sink) { return store.backlog(sink.first) > sink.second; }));
        },
        [answer] { answer(true); });
}

void Farewell::take(bool owed)
{
    if (!owed || std::chrono::steady_clock::now() >= until_) return done_();
    timer_.after(kLookEvery, [this] { ask(); });
}

}  // namespace breakwatch
