#include "app/store_thread.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "app/log.hpp"
#include "app/repeat_fold.hpp"
#include "base/clock.hpp"
#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

constexpr std::chrono::seconds kRetryInterval{2};
constexpr std::chrono::milliseconds kTick{500};
// Words about ourselves may be dropped when the disk stays full; incidents may not.
constexpr std::size_t kMostWaitingHealth = 10'000;

// The event's code, and of an incident its rule.
std::pair<std::string, std::string> kind_of(const Effect& effect)
{
    if (const auto* found = std::get_if<RecordIncident>(&effect))
        return {std::string(event_of(found->incident, found->incident.revision > 1).code), found->incident.rule};
    if (const auto* health = std::get_if<ReportHealth>(&effect)) return {std::string(health->code), ""};
    return {std::string(event::kMention.code), ""};
}

}  // namespace

StoreThread::StoreThread(boost::asio::io_context& main, std::unique_ptr<Store> store, Handlers handlers)
    : main_(main),
      keep_alive_(boost::asio::make_work_guard(work_)),
      retry_(work_),
      tick_(work_, kTick, [this] { pulse_.beat(); }),
      store_(std::move(store)),
      handlers_(std::move(handlers)),
      last_sequence_(store_->last_sequence()),
      thread_([this] { run(); })
{}

StoreThread::~StoreThread()
{
    // Where not even this can be posted, the thread is stopped as it is.
    if (!guarded([this] { boost::asio::post(work_, [this] { last_try(); }); }, [](const char*) {})) work_.stop();
    thread_.join();
}

// Each piece of work is guarded by itself. What is caught here is of this class: the main thread is to end the
// process, and until it does the work after it goes on.
void StoreThread::run() noexcept
{
    bool begun = false;
    while (!work_.stopped()) {
        guarded(
            [&] {
                if (!std::exchange(begun, true)) tick_.start();
                work_.run();
            },
            [this](const char* what) { fault_.note(what); });
    }
}

void StoreThread::last_try() noexcept
{
    const auto ignore = [](const char*) {};
    guarded([this] { retry_.stop(); }, ignore);
    guarded([this] { store_waiting(); }, ignore);
    if (!waiting_.empty()) {
        const auto lost = waiting_.size();
        guarded(
            [lost] {
                spdlog::critical(
                    "STORE_LOST count={} the store failed to the end; raise the space and replay the feeds", lost);
            },
            ignore);
    }
    work_.stop();
}

void StoreThread::record(Effect effect)
{
    ++recorded_[kind_of(effect)];
    wait_with(std::visit([](auto& each) -> Work { return std::move(each); }, effect));
}

void StoreThread::keep(MemoryUpdate update)
{
    if (!update.put.empty() || !update.put_last.empty() || !update.gone.empty() || !update.forgotten.empty())
        wait_with(std::move(update));
}

void StoreThread::wait_with(Work work)
{
    std::list<Work> one;
    one.push_back(std::move(work));
    boost::asio::post(work_, [this, one = std::move(one)]() mutable { take(std::move(one)); });
}

void StoreThread::take(std::list<Work>&& work)
{
    const bool never_lost =
        std::holds_alternative<RecordIncident>(work.front()) || std::holds_alternative<RecordMention>(work.front());
    if (!never_lost && waiting_.size() >= kMostWaitingHealth) {
        if (const auto* update = std::get_if<MemoryUpdate>(&work.front()))
            unkept_ += update->put.size() + update->put_last.size();
        if (const auto* health = std::get_if<ReportHealth>(&work.front())) {
            auto& [count, since] = untold_[std::string(health->code)];
            if (count++ == 0) since = health->at;
        }
        return;
    }
    waiting_.splice(waiting_.end(), work);
    waiting_count_ = waiting_.size();
    if (!failing_) store_waiting();
}

std::expected<void, std::string> StoreThread::store(const Work& work)
{
    std::expected<void, std::string> result = std::unexpected(std::string());
    const auto begun = std::chrono::steady_clock::now();
    guarded([&] { result = put(work); },
            [&](const char* what) { result = std::unexpected(std::string("store: ") + what); });
    const auto took = std::chrono::steady_clock::now() - begun;
    const std::lock_guard lock(writes_mutex_);
    ++writes_.count;
    writes_.took += took;
    writes_.longest = std::max<std::chrono::nanoseconds>(writes_.longest, took);
    return result;
}

StoreThread::Writes StoreThread::writes() const
{
    const std::lock_guard lock(writes_mutex_);
    return writes_;
}

std::expected<void, std::string> StoreThread::put(const Work& work)
{
    if (const auto* update = std::get_if<MemoryUpdate>(&work)) {
        const auto over = store_->keep_memory(*update);
        if (!over) return std::unexpected(over.error());
        unkept_ += *over;
        return {};
    }
    const auto* record = std::get_if<RecordIncident>(&work);
    const auto sequence = std::visit(
        [this]<typename What>(const What& what) -> std::expected<std::uint64_t, std::string> {
            if constexpr (std::is_same_v<What, MemoryUpdate>) {
                return store_->last_sequence();
            } else {
                return store_->record(what);
            }
        },
        work);
    if (!sequence) return std::unexpected(sequence.error());
    const bool sent = record == nullptr || !record->incident.held;
    if (sent) last_sequence_ = std::max<std::uint64_t>(last_sequence_, *sequence);  // a repeat is answered with its own
    if (record == nullptr) return {};
    // Said once it is true: after a kill the log tells of no incident that the store has not.
    spdlog::info("INCIDENT id={} revision={} platform={} findings={}", record->incident.id, record->incident.revision,
                 record->incident.platform, record->incident.finding_count);
    return {};
}

void StoreThread::store_waiting()
{
    bool stored = false;
    while (!waiting_.empty()) {
        const auto result = store(waiting_.front());
        if (!result) {
            begin_to_fail(result.error());
            break;
        }
        stored = stored || !std::holds_alternative<MemoryUpdate>(waiting_.front());
        waiting_.pop_front();
    }
    if (waiting_.empty() && !untold_.empty()) {
        for (const auto& [code, untold] : std::exchange(untold_, {}))
            waiting_.push_back(events_folded("store", code, untold.first, untold.second,
                                             "found no room while the store could not be written", wall_clock()));
        return store_waiting();
    }
    waiting_count_ = waiting_.size();
    if (waiting_.empty() && std::exchange(failing_, false)) {
        boost::asio::post(main_, [this] { handlers_.recovered(); });
    }
    if (waiting_.empty() && unkept_ > 0 && handlers_.no_room) {
        boost::asio::post(main_, [this, count = std::exchange(unkept_, 0)] { handlers_.no_room(count); });
    }
    if (stored) boost::asio::post(main_, [this] { handlers_.recorded(); });
}

void StoreThread::begin_to_fail(const std::string& why)
{
    retry_later();
    if (std::exchange(failing_, true)) return;
    boost::asio::post(main_, [this, why] { handlers_.failing(why); });
}

void StoreThread::retry_later()
{
    retry_.after(kRetryInterval, [this] { store_waiting(); });
}

void StoreThread::tell_threw(const char* what)
{
    spdlog::error("STORE_WORK what=\"{}\"", what);
    if (handlers_.threw) boost::asio::post(main_, [this, text = std::string(what)] { handlers_.threw(text); });
}

void StoreThread::owed(std::string sink, std::uint64_t after, std::size_t limit,
                       std::function<void(std::vector<Alert>)> handler)
{
    boost::asio::post(work_, [this, sink = std::move(sink), after, limit, handler = std::move(handler)] {
        std::vector<Alert> found;
        guarded(
            [&] {
                auto alerts = store_->owed(sink, limit, after);
                if (!alerts) spdlog::error("STORE_READ what=\"{}\"", alerts.error());
                if (alerts) found = std::move(*alerts);
            },
            [this](const char* what) { tell_threw(what); });
        boost::asio::post(main_, [handler, found = std::move(found)]() mutable { handler(std::move(found)); });
    });
}

void StoreThread::delivered(std::string sink, std::vector<SequenceRange> ranges, std::function<void(bool)> handler)
{
    boost::asio::post(work_, [this, sink = std::move(sink), ranges = std::move(ranges), handler = std::move(handler)] {
        bool done = false;
        // Not marked means sent again after a restart: at least once, told apart by its number.
        guarded(
            [&] {
                auto marked = store_->delivered(sink, ranges);
                done = marked.has_value();
                if (!done) spdlog::error("STORE_MARK sink={} what=\"{}\"", sink, marked.error());
            },
            [this](const char* what) { tell_threw(what); });
        boost::asio::post(main_, [handler, done] { handler(done); });
    });
}

void StoreThread::with_store(std::function<void(Store&)> work, std::function<void()> given_up)
{
    boost::asio::post(work_, [this, work = std::move(work), given_up = std::move(given_up)] {
        const bool done = guarded([&] { work(*store_); }, [this](const char* what) { tell_threw(what); });
        if (!done && given_up) given_up();
    });
}

}  // namespace breakwatch
