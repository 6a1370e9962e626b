#include <boost/asio/post.hpp>
#include <future>

#include "app/log.hpp"
#include "app/run_events.hpp"
#include "app/service_impl.hpp"
#include "app/site.hpp"
#include "store/run_mark.hpp"

namespace breakwatch {

// A restart extends the incidents of before instead of raising them again.
void Service::Impl::remember()
{
    std::promise<std::vector<StoredIncident>> promise;
    auto known = promise.get_future();
    const EngineSettings usual;
    const auto since = retention_.reckoned(started_) - std::max(usual.incident_open, usual.record_reach);
    store_.with_store(
        [&](Store& store) {
            auto found = store.incidents_since(
                since, [](const std::string& what) { spdlog::error("STORE_SPOILT what=\"{}\"", what); });
            if (!found) spdlog::error("STORE_READ what=\"{}\"", found.error());
            promise.set_value(found.value_or(std::vector<StoredIncident>{}));
        },
        [&] { promise.set_value({}); });
    for (const auto& stored : known.get()) {
        if (!stored.staff.value.empty()) engine_.remember(stored.incident, stored.staff);
    }
}

// What waited for late facts when the run before ended, and the facts that nothing tells twice. Half of the facts by
// another clock would name the wrong call: then none is used.
void Service::Impl::recall()
{
    struct Found {
        std::vector<Memory> memories;
        std::size_t spoilt = 0;
        std::string why;
    };
    std::promise<Found> promise;
    auto known = promise.get_future();
    const bool other_clock = retention_.ahead() < -RetentionClock::kBack;
    store_.with_store(
        [&, owned = owners()](Store& store) {
            Found found;
            const auto spoilt = [&found](const std::string& what) {
                found.why = found.spoilt++ == 0 ? what : found.why;
            };
            if (other_clock) {
                if (auto gone = store.forget_memory(); !gone) spoilt(gone.error());
            } else if (auto kept = store.memory(owned, spoilt)) {
                found.memories = std::move(*kept);
            } else {
                spoilt(kept.error());
            }
            promise.set_value(std::move(found));
        },
        [&] { promise.set_value({{}, 1, "the store could not be read"}); });
    const auto found = known.get();
    if (other_clock) store_.record(memory_of_other_clock(started_));
    if (found.spoilt > 0) {
        spdlog::warn("MEMORY_SPOILT count={} what=\"{}\"", found.spoilt, found.why);
        store_.record(memory_spoilt(found.spoilt, found.why, started_));
    }
    act(engine_.recall(found.memories, started_));
    const auto counters = engine_.counters();
    spdlog::info("RECALLED pieces={} findings={} calls={}", found.memories.size(), counters.pending_findings,
                 counters.calls);
}

std::vector<std::string> Service::Impl::owners() const
{
    std::vector<std::string> all;
    const auto now = wall_clock();
    for (const auto& person : people_.enrolment()->people()) {
        if (person.active_at(now)) all.push_back(key_->pseudonym(person.staff).value);
    }
    return all;
}

void Service::Impl::keep_memory()
{
    store_.keep(seal(engine_.take_memory(), *key_));
}

void Service::Impl::tidy_memory()
{
    store_.with_store([now = retention_.reckoned(wall_clock()), owned = owners()](Store& store) {
        if (const auto done = store.tidy_memory(now, owned); !done) spdlog::error("MEMORY what=\"{}\"", done.error());
    });
}

// Reports say by which configuration an incident was judged.
void Service::Impl::tell_site()
{
    store_.with_store([directory = config_.state_directory, facts = site_facts_of(config_, *tables_)](Store&) {
        if (auto told = record_site_facts(directory, facts); !told)
            spdlog::error("STORE_SITE what=\"{}\"", told.error());
    });
}

void Service::Impl::keep_journal()
{
    pass_time();
    const auto now = wall_clock();
    store_.with_store(
        [update = journal_.update(engine_, *people_.enrolment(), now, retention_.reckoned(now))](Store& store) {
            if (const auto kept = store.keep_journal(update); !kept) spdlog::error("JOURNAL what=\"{}\"", kept.error());
        });
}

void Service::Impl::purge()
{
    if (!config_.purpose.retention) return;
    pass_time();
    const auto now = wall_clock();
    store_.with_store([this, now, before = retention_.reckoned(now) - *config_.purpose.retention](Store& store) {
        const auto gone = store.purge(before, now);
        if (!gone) return spdlog::error("PURGE what=\"{}\"", gone.error());
        if (*gone > 0) spdlog::info("PURGE incidents={} older_than={}", *gone, to_rfc3339(before));
        boost::asio::post(io_, [this] { pipelines_.wake(); });
    });
}

void Service::Impl::sign_chain()
{
    store_.with_store([now = wall_clock()](Store& store) {
        if (auto done = store.sign(now); !done) spdlog::error("CHAIN_HEAD what=\"{}\"", done.error());
    });
}

void Service::Impl::tell_retention_waits()
{
    if (!config_.purpose.retention) return;
    store_.with_store([this, ahead = retention_.ahead(), owed = retention_.owed(),
                       before = started_ - *config_.purpose.retention](Store& store) {
        const auto told = retention_waits(ahead, owed, store.count_older(before).value_or(0), started_);
        spdlog::warn("PURGE_WAITS what=\"{}\"", told.text);
        boost::asio::post(io_, [this, told] { store_.record(told); });
    });
}

void Service::Impl::pass_time()
{
    const auto steady = std::chrono::steady_clock::now();
    retention_.pass(steady - std::exchange(passed_until_, steady), wall_clock());
    store_.with_store([directory = config_.state_directory, mark = retention_.mark()](Store&) {
        if (auto kept = keep_clock_mark(directory, mark); !kept) spdlog::error("STORE_MARK what=\"{}\"", kept.error());
    });
}

}  // namespace breakwatch
