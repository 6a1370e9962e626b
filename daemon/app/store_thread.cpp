#include "app/store_thread.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "app/log.hpp"

namespace breakwatch {

namespace {

constexpr std::chrono::seconds kRetryInterval{2};
// Words about ourselves may be dropped when the disk stays full; incidents may not.
constexpr std::size_t kMostWaitingHealth = 10'000;

}  // namespace

StoreThread::StoreThread(boost::asio::io_context& main, std::unique_ptr<Store> store,
                         Handlers handlers)
    : main_(main),
      keep_alive_(boost::asio::make_work_guard(work_)),
      retry_(work_),
      store_(std::move(store)),
      handlers_(std::move(handlers)),
      last_sequence_(store_->last_sequence()),
      thread_([this] { work_.run(); })
{}

StoreThread::~StoreThread()
{
    boost::asio::post(work_, [this] {
        retry_.cancel();
        store_waiting();
        if (!waiting_.empty()) {
            spdlog::critical(
                "STORE_LOST count={} the store failed to the end; raise the space and replay the "
                "feeds",
                waiting_.size());
        }
        keep_alive_.reset();
        work_.stop();
    });
    thread_.join();
}

void StoreThread::record(Effect effect)
{
    boost::asio::post(work_, [this, effect = std::move(effect)]() mutable {
        if (std::holds_alternative<ReportHealth>(effect) && waiting_.size() >= kMostWaitingHealth)
            return;
        waiting_.push_back(std::move(effect));
        waiting_count_ = waiting_.size();
        if (!failing_) store_waiting();
    });
}

void StoreThread::store_waiting()
{
    bool stored = false;
    while (!waiting_.empty()) {
        const auto result = std::visit(
            [this](const auto& effect) { return store_->record(effect); }, waiting_.front());
        if (!result) {
            if (!std::exchange(failing_, true)) {
                boost::asio::post(main_,
                                  [this, text = result.error().text] { handlers_.failing(text); });
            }
            retry_later();
            break;
        }
        waiting_.pop_front();
        last_sequence_ = *result;
        stored = true;
    }
    waiting_count_ = waiting_.size();
    if (waiting_.empty() && std::exchange(failing_, false)) {
        boost::asio::post(main_, [this] { handlers_.recovered(); });
    }
    if (stored) boost::asio::post(main_, [this] { handlers_.recorded(); });
}

void StoreThread::retry_later()
{
    retry_.expires_after(kRetryInterval);
    retry_.async_wait([this](const boost::system::error_code& error) {
        if (!error) store_waiting();
    });
}

void StoreThread::owed(std::string sink, std::size_t limit,
                       std::function<void(std::vector<Alert>)> handler)
{
    boost::asio::post(work_, [this, sink = std::move(sink), limit, handler = std::move(handler)] {
        auto alerts = store_->owed(sink, limit);
        if (!alerts) spdlog::error("STORE_READ what=\"{}\"", alerts.error().text);
        boost::asio::post(main_,
                          [handler, found = alerts.value_or(std::vector<Alert>{})]() mutable {
                              handler(std::move(found));
                          });
    });
}

void StoreThread::delivered(std::string sink, std::uint64_t sequence, std::function<void()> handler)
{
    boost::asio::post(work_,
                      [this, sink = std::move(sink), sequence, handler = std::move(handler)] {
                          // Not marked means sent again after a restart: at least once, told apart
                          // by its number.
                          if (auto marked = store_->delivered(sink, sequence); !marked) {
                              spdlog::error("STORE_MARK sink={} sequence={} what=\"{}\"", sink,
                                            sequence, marked.error().text);
                          }
                          boost::asio::post(main_, handler);
                      });
}

void StoreThread::with_store(std::function<void(Store&)> work)
{
    boost::asio::post(work_, [this, work = std::move(work)] { work(*store_); });
}

}  // namespace breakwatch
