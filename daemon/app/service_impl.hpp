// The parts of the running daemon, and what they do. One question a file: service.cpp (begins, observes, acts, ends),
// service_reload.cpp (SIGHUP), service_keeping.cpp (what the store keeps over runs, and how long), service_watch.cpp
// (what it looks at and tells of itself). Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdint>
#include <map>
#include <set>

#include "app/capture_stage.hpp"
#include "app/clock_watch.hpp"
#include "app/config_watch.hpp"
#include "app/device_filter_of.hpp"
#include "app/due_desk.hpp"
#include "app/effect_router.hpp"
#include "app/exit_code.hpp"
#include "app/farewell.hpp"
#include "app/feeds.hpp"
#include "app/journal_keeper.hpp"
#include "app/memory_use.hpp"
#include "app/mention_desk.hpp"
#include "app/metrics_server.hpp"
#include "app/repeat_fold.hpp"
#include "app/retention_clock.hpp"
#include "app/service.hpp"
#include "app/sight_sample.hpp"
#include "app/sink_pipelines.hpp"
#include "app/status_file.hpp"
#include "app/store_thread.hpp"
#include "app/thread_watch.hpp"
#include "app/verdict_desk.hpp"
#include "base/timer.hpp"

namespace breakwatch {

class Service::Impl {
  public:
    explicit Impl(ServiceParts parts);

    RowErrors load_people() { return people_.load(); }
    int run();

  private:
    void begin();
    void fail(const std::string& where, const std::string& what);
    void look_at_threads();
    void watch_threads();
    void every(std::chrono::nanoseconds interval, std::function<void()> work);
    ThreadCounts thread_counts() const;
    void remember();
    void recall();
    void keep_memory();
    void tidy_memory();
    std::vector<std::string> owners() const;
    void start_capture();
    void wait_for_signal();
    void observe(const Observation& observation, SourceId source = 0);
    void act(std::vector<Effect> effects);
    void renew_filter();
    void reload();
    void reload_tables();
    void use(std::shared_ptr<const Tables> tables);
    void judge_by(std::shared_ptr<const Tables> tables);
    void tell_rules(const Tables& tables);
    void take(const Observation& observation, SourceId source);
    void catalog_changed(std::uint32_t number);
    void store_failing(const std::string& why);
    void store_recovered();
    void store_threw(const std::string& what);
    void purge();
    void sign_chain();
    void tell_retention_waits();
    void pass_time();
    void keep_journal();
    void tell_site();
    void tell_status();
    void start_metrics();
    std::vector<FeedStatus> feed_statuses() const;
    void look_at_sight();
    void look_at_load();
    std::vector<std::string> blind() const;
    void look_at_memory(const DaemonStatus& status);
    void watch_clock();
    void end_by_clock();
    void stop(const std::string& why);
    void end();
    void notify_watching();

    Config config_;
    std::shared_ptr<const Tables> tables_;                            // read last
    std::shared_ptr<const Tables> judged_by_;                         // whose catalogue and model the engine has
    std::map<std::uint32_t, std::shared_ptr<const Tables>> to_come_;  // by the number of the catalogue
    std::uint32_t catalog_number_ = 0;
    std::shared_ptr<const IdentityKey> key_;
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    const MemoryPlan memory_ = memory_plan_of(config_);
    MemoryWatch memory_watch_;
    Engine engine_;
    PersonFiles people_;
    JournalKeeper journal_{key_, config_.journal_retention};
    // All before the store, whose thread may still have a question of theirs at the end.
    MentionDesk mentions_{io_, store_, [this](const Mention& mention) {
                              if (!farewell_) observe(mention);
                          }};
    VerdictDesk verdicts_{io_, store_};
    DueDesk due_{io_, store_, [this] { pipelines_.wake(); }};
    StoreThread store_;
    // Once the end has begun the engine takes nothing more: the next run is told of it.
    RepeatFold fold_{io_, [this](Effect effect) { store_.record(std::move(effect)); }};
    EffectRouter router_{[this](Effect effect) { fold_.take(std::move(effect)); }};
    SinkPipelines pipelines_{io_, store_};
    std::vector<std::unique_ptr<Feed>> feeds_;
    std::vector<std::unique_ptr<PacketSource>> sources_;  // until the captures start
    std::unique_ptr<CaptureStage> capture_;
    FilterRenewal filter_renewal_;
    std::vector<std::unique_ptr<PeriodicTimer>> timers_;
    DaemonStatus status_;  // as told last, where metrics may be asked for
    std::unique_ptr<MetricsServer> metrics_;
    ConfigWatch config_watch_{config_.file};
    std::unique_ptr<Farewell> farewell_;
    std::optional<Timestamp> unfinished_run_;
    Timestamp started_ = wall_clock();
    RetentionClock retention_;
    std::chrono::steady_clock::time_point passed_until_ = std::chrono::steady_clock::now();
    Timestamp store_failing_since_;
    std::vector<SightWatch> sights_;     // of each capture
    std::set<std::string> blind_spots_;  // that are told and not over
    ClockWatch clock_{started_, std::chrono::steady_clock::now()};
    Duration clock_set_by_{0};
    std::string store_threw_;
    Pulse main_pulse_;
    int exit_code_ = exit_success;
    bool tables_refused_ = false;
    bool status_failed_ = false;
};

// The catalogue of these tables, which keeps them alive.
inline std::shared_ptr<const PlatformCatalog> catalog_of(const std::shared_ptr<const Tables>& tables)
{
    return {tables, &tables->catalog};
}

}  // namespace breakwatch
