#include "app/service.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <future>
#include <iterator>
#include <map>
#include <system_error>

#include "app/clock_watch.hpp"
#include "app/config_watch.hpp"
#include "app/device_filter_of.hpp"
#include "app/exit_code.hpp"
#include "app/farewell.hpp"
#include "app/feeds.hpp"
#include "app/journal_keeper.hpp"
#include "app/log.hpp"
#include "app/outlets.hpp"
#include "app/repeat.hpp"
#include "app/retention_clock.hpp"
#include "app/run_events.hpp"
#include "app/service_notify.hpp"
#include "app/sight_sample.hpp"
#include "app/site.hpp"
#include "app/status_file.hpp"
#include "app/store_thread.hpp"
#include "app/thread_watch.hpp"
#include "store/run_mark.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kHandOff = 65'536;
constexpr seconds kStatusEvery{2};
// Facts wait so long to be kept together; findings, and what comes with an incident, do not.
constexpr milliseconds kKeepEvery{50};
constexpr seconds kFilterEvery{1};
constexpr seconds kClockEvery{1};
constexpr milliseconds kThreadsEvery{500};
constexpr milliseconds kFarewell{2'000};
constexpr seconds kSightEvery{10};
constexpr std::chrono::hours kPurgeEvery{1};
constexpr std::chrono::minutes kJournalEvery{1};

std::shared_ptr<const PlatformCatalog> catalog_of(const std::shared_ptr<const Tables>& tables)
{
    return {tables, &tables->catalog};
}

EngineSettings keeping_memory(EngineSettings settings)
{
    settings.keep_memory = true;
    return settings;
}

}  // namespace

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
    void start_capture(std::unique_ptr<PacketSource> source);
    void wait_for_observations();
    void wait_for_signal();
    void drain();
    void observe(const Observation& observation);
    void act(std::vector<Effect> effects);
    void renew_filter();
    void reload();
    void reload_tables();
    void use(std::shared_ptr<const Tables> tables);
    void judge_by(std::shared_ptr<const Tables> tables);
    void take(const Handed& handed);
    void store_failing(const std::string& why);
    void store_recovered();
    void store_threw(const std::string& what);
    void purge();
    void tell_retention_waits();
    void pass_time();
    void keep_journal();
    void tell_site();
    void tell_status();
    std::vector<FeedStatus> feed_statuses() const;
    void look_at_sight();
    void watch_clock();
    void end_by_clock();
    void stop(const std::string& why);
    void end();
    void notify_watching();

    Config config_;
    std::shared_ptr<const Tables> tables_;    // read last
    std::shared_ptr<const Tables> judged_by_;  // whose catalogue and model the engine has
    std::map<std::uint32_t, std::shared_ptr<const Tables>> to_come_;  // by the number of the catalogue
    std::uint32_t catalog_number_ = 0;
    std::unique_ptr<PacketSource> source_;
    std::shared_ptr<const IdentityKey> key_;
    boost::asio::io_context io_;
    CaptureThread::Output hand_off_{kHandOff};
    boost::asio::posix::stream_descriptor observations_;
    boost::asio::signal_set signals_;
    Engine engine_;
    PersonFiles people_;
    JournalKeeper journal_{key_, config_.journal_retention};
    StoreThread store_;
    Outlets outlets_{io_, store_};
    std::vector<std::unique_ptr<Feed>> feeds_;
    std::unique_ptr<CaptureThread> capture_;
    std::vector<std::unique_ptr<Repeat>> timers_;
    ConfigWatch config_watch_{config_.file};
    std::unique_ptr<Farewell> farewell_;
    std::optional<Timestamp> unfinished_run_;
    Timestamp started_ = wall_clock();
    RetentionClock retention_;
    std::chrono::steady_clock::time_point passed_until_ = std::chrono::steady_clock::now();
    Timestamp store_failing_since_;
    SightWatch sight_{{}, true};
    ClockWatch clock_{started_, std::chrono::steady_clock::now()};
    Duration clock_set_by_{0};
    std::string store_threw_;
    Pulse main_pulse_;
    int exit_code_ = exit_success;
    bool tables_refused_ = false;
    bool status_failed_ = false;
};

Service::Impl::Impl(ServiceParts parts)
    : config_(std::move(parts.config)),
      tables_(std::move(parts.tables)),
      judged_by_(tables_),
      source_(std::move(parts.source)),
      key_(std::move(parts.key)),
      observations_(io_, ::dup(hand_off_.descriptor())),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      engine_(keeping_memory(engine_settings_of(config_)), tables_->catalog, tables_->model,
              [key = key_](const StaffId& staff) { return key->pseudonym(staff); }),
      people_(person_files_of(config_), [this](const Observation& observation) { observe(observation); }),
      store_(io_, std::move(parts.store),
             {.recorded = [this] { outlets_.wake(); },
              .failing = [this](const std::string& text) { store_failing(text); },
              .recovered = [this] { store_recovered(); },
              .threw = [this](const std::string& text) { store_threw(text); },
              .no_room = [this](std::size_t count) { store_.record(memory_full(count, wall_clock())); }}),
      unfinished_run_(parts.unfinished_run),
      retention_(parts.clock_mark, started_)
{}

// An exception of a handler leaves the loop: the end is then made in order, and where the end itself throws,
// what is owed is stored by the members' destructors.
int Service::Impl::run()
{
    std::string what;
    const auto note = [&](const char* words) {
        exit_code_ = exit_fault;
        what = words;
    };
    const auto begun = [this] {
        begin();
        io_.run();
    };
    const auto end_in_order = [&] {
        fail("main thread", what);
        io_.run();
    };
    if (guarded(begun, note) || guarded(end_in_order, note)) return exit_code_;
    spdlog::critical("FAULT where=\"the end\" what=\"{}\"", what);
    return exit_code_;
}

void Service::Impl::fail(const std::string& where, const std::string& what)
{
    exit_code_ = exit_fault;
    spdlog::critical("FAULT where=\"{}\" what=\"{}\" stores what is owed and ends", where, what);
    store_.record(run_failing(where, what, wall_clock()));
    stop("a fault of the " + where);
}

void Service::Impl::look_at_threads()
{
    main_pulse_.beat();
    auto where = "capture thread";
    auto fault = capture_->fault();
    if (!fault) {
        where = "store thread";
        fault = store_.fault();
    }
    if (!fault) return;
    boost::asio::post(io_, [this, where, what = *fault] { fail(where, what); });  // not here: as with the clock
}

ThreadCounts Service::Impl::thread_counts() const
{
    return {.capture = capture_->pulse().count(), .main = main_pulse_.count(), .store = store_.pulse().count()};
}

void Service::Impl::watch_threads()
{
    const auto interval = watchdog_interval();
    if (!interval) return;
    every(*interval, [this, watch = ThreadWatch(thread_counts())]() mutable {
        if (watch.all_moved(thread_counts())) notify_watchdog();
    });
}

void Service::Impl::begin()
{
    remember();
    store_.record(run_started(config_watch_.digest(), unfinished_run_, wall_clock()));
    tell_site();
    outlets_.start(config_.syslog);
    people_.start();
    observe(tables_->rules);
    recall();
    const auto enrolment = [this] { return people_.enrolment(); };
    feeds_ = make_feeds(io_, config_, FeedMode::follow, enrolment,
                        [this](const Observation& observation) { observe(observation); });
    for (const auto& feed : feeds_) feed->start();
    start_capture(std::move(source_));
    wait_for_observations();
    wait_for_signal();
    every(kFilterEvery, [this] { renew_filter(); });
    every(kKeepEvery, [this] { keep_memory(); });
    every(kClockEvery, [this] { watch_clock(); });
    every(kThreadsEvery, [this] { look_at_threads(); });
    every(kStatusEvery, [this] { tell_status(); });
    every(kSightEvery, [this] { look_at_sight(); });
    every(kPurgeEvery, [this] { purge(); });
    every(kJournalEvery, [this] { keep_journal(); });
    every(kJournalEvery, [this] { tidy_memory(); });
    if (config_.roster.watch > Duration{0}) every(config_.roster.watch, [this] { people_.look(); });
    watch_threads();
    if (retention_.in_doubt()) tell_retention_waits();
    purge();
    tell_status();
    spdlog::info("READY interface={} people={} feeds={} sinks={} version={}", config_.capture.interface,
                 people_.enrolment()->people().size(), feeds_.size() + 1, outlets_.size(), BREAKWATCH_VERSION);
    notify_watching();
}

void Service::Impl::every(std::chrono::nanoseconds interval, std::function<void()> work)
{
    timers_.push_back(std::make_unique<Repeat>(io_, interval, std::move(work)));
}

// A restart extends the incidents of before instead of raising them again.
void Service::Impl::remember()
{
    std::promise<std::vector<StoredIncident>> promise;
    auto known = promise.get_future();
    const auto since = retention_.reckoned(started_) - EngineSettings{}.incident_open;
    store_.with_store([&](Store& store) {
        auto found = store.incidents_since(since, [](const std::string& what) { spdlog::error("STORE_SPOILT what=\"{}\"", what); });
        if (!found) spdlog::error("STORE_READ what=\"{}\"", found.error().text);
        promise.set_value(found.value_or(std::vector<StoredIncident>{}));
    }, [&] { promise.set_value({}); });
    for (const auto& stored : known.get()) engine_.remember(stored.incident, stored.staff);
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
    store_.with_store([&, owned = owners()](Store& store) {
        Found found;
        const auto spoilt = [&found](const std::string& what) { found.why = found.spoilt++ == 0 ? what : found.why; };
        if (other_clock) {
            if (auto gone = store.forget_memory(); !gone) spoilt(gone.error().text);
        } else if (auto kept = store.memory(owned, spoilt)) {
            found.memories = std::move(*kept);
        } else {
            spoilt(kept.error().text);
        }
        promise.set_value(std::move(found));
    }, [&] { promise.set_value({{}, 1, "the store could not be read"}); });
    const auto found = known.get();
    if (other_clock) store_.record(memory_of_other_clock(started_));
    if (found.spoilt > 0) {
        spdlog::warn("MEMORY_SPOILT count={} what=\"{}\"", found.spoilt, found.why);
        store_.record(memory_spoilt(found.spoilt, found.why, started_));
    }
    act(engine_.recall(found.memories, started_));
    const auto counters = engine_.counters();
    spdlog::info("RECALLED pieces={} findings={} calls={}", found.memories.size(), counters.held_findings, counters.calls);
}

void Service::Impl::keep_memory()
{
    store_.keep(seal(engine_.take_memory(), *key_));
}

void Service::Impl::tidy_memory()
{
    store_.with_store([now = retention_.reckoned(wall_clock()), owned = owners()](Store& store) {
        if (const auto done = store.tidy_memory(now, owned); !done) spdlog::error("MEMORY what=\"{}\"", done.error().text);
    });
}

void Service::Impl::start_capture(std::unique_ptr<PacketSource> source)
{
    const auto filter = device_filter_of(*people_.enrolment(), engine_.bindings(), wall_clock(), sessions_expected(config_));
    capture_ = std::make_unique<CaptureThread>(config_.capture, std::move(source), catalog_of(judged_by_), filter, hand_off_);
    capture_->start();
}

void Service::Impl::wait_for_observations()
{
    observations_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                             [this](const boost::system::error_code& error) {
                                 if (error == boost::asio::error::operation_aborted) return;
                                 if (error) throw std::system_error(error, "waiting for the capture thread");
                                 drain();
                                 wait_for_observations();
                             });
}

void Service::Impl::wait_for_signal()
{
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
        if (error == boost::asio::error::operation_aborted) return;
        if (error) throw std::system_error(error, "waiting for a signal");
        if (number != SIGHUP) return stop(number == SIGINT ? "SIGINT" : "SIGTERM");
        reload();
        wait_for_signal();
    });
}

void Service::Impl::drain()
{
    hand_off_.drain([this](const Handed& handed) { take(handed); });
}

// Exchanges carry numbers of the catalogue they were made with: the first of a new one brings it into force.
void Service::Impl::take(const Handed& handed)
{
    if (const auto next = to_come_.find(handed.catalog); next != to_come_.end()) {
        auto tables = next->second;
        to_come_.erase(to_come_.begin(), std::next(next));
        judge_by(std::move(tables));
    }
    observe(handed.observation);
}

void Service::Impl::observe(const Observation& observation)
{
    if (const auto* refused = std::get_if<InputRefused>(&observation)) {
        spdlog::warn("REFUSED feed={} where={} what=\"{}\"", refused->feed, refused->where, refused->what);
    } else if (const auto* state = std::get_if<FeedState>(&observation)) {
        spdlog::log(state->up ? spdlog::level::info : spdlog::level::warn, "FEED feed={} up={} what=\"{}\"", state->feed,
                    state->up, state->what);
    } else if (const auto* sight = std::get_if<SightState>(&observation)) {
        spdlog::log(sight->over ? spdlog::level::info : spdlog::level::warn, "{} subject={} what=\"{}\" change=\"{}\"",
                    sight->over ? "SEEN_AGAIN" : "BLIND", sight->subject, sight->what, sight->change);
    }
    act(engine_.observe(observation));
}

void Service::Impl::act(std::vector<Effect> effects)
{
    // Before the incident that a finding makes: should the end come between, it is made again, and no other.
    if (!effects.empty() || engine_.finding_changed()) {
        auto update = seal(engine_.take_memory(), *key_);
        const MemoryUpdate decided{{}, std::exchange(update.gone, {}), {}};
        store_.keep(std::move(update));
        for (auto& effect : effects) store_.record(std::move(effect));
        store_.keep(decided);
    }
}

void Service::Impl::renew_filter()
{
    capture_->set_filter(device_filter_of(*people_.enrolment(), engine_.bindings(), wall_clock(), sessions_expected(config_)));
}

void Service::Impl::reload()
{
    notify_reloading();
    spdlog::info("RELOAD");
    people_.reload();
    for (const auto& feed : feeds_) feed->reload();
    reload_tables();
    renew_filter();
    if (auto told = config_watch_.look(wall_clock())) store_.record(std::move(*told));
    notify_watching();
}

void Service::Impl::notify_watching()
{
    const auto pending = config_watch_.pending();
    notify_ready("watching " + config_.capture.interface + (pending.empty() ? "" : "; " + pending));
}

void Service::Impl::reload_tables()
{
    const auto now = wall_clock();
    auto tables = load_tables(config_);
    if (!tables) {
        tables_refused_ = true;
        for (const auto& line : tables.error().lines) observe(InputRefused{"tables", line, "the last good state stays", now});
        observe(FeedState{"tables", false, "refused, the last good state stays: " + tables.error().lines.front(), now});
        return;
    }
    if (std::exchange(tables_refused_, false)) observe(FeedState{"tables", true, "platforms, rules and detector are read again", now});
    use(std::move(*tables));
}

// Only what changed: the capture thread and its flows go on, and so do findings that wait for late facts.
void Service::Impl::use(std::shared_ptr<const Tables> tables)
{
    const auto before = std::exchange(tables_, std::move(tables));
    if (tables_->same(*before)) return;
    spdlog::info("TABLES platforms={} detector={} rules={}", tables_->same_catalog(*before) ? "same" : "new",
                 tables_->same_model(*before) ? "same" : "new", tables_->rules_digest == before->rules_digest ? "same" : "new");
    tell_site();
    if (!tables_->same_catalog(*before) || !to_come_.empty()) {
        to_come_[++catalog_number_] = tables_;
        return capture_->use(catalog_of(tables_), catalog_number_);
    }
    if (!tables_->same_model(*before)) return judge_by(tables_);
    observe(tables_->rules);
}

void Service::Impl::judge_by(std::shared_ptr<const Tables> tables)
{
    act(engine_.use(tables->catalog, tables->model));
    judged_by_ = std::move(tables);
    observe(judged_by_->rules);
}

// The store cannot owe anybody a word about itself now: this one is sent as heartbeats are, which repeat it.
void Service::Impl::store_failing(const std::string& why)
{
    spdlog::error("STORE_FAILING what=\"{}\" kept and tried again", why);
    store_failing_since_ = wall_clock();
    auto alert = word(store_not_written(why, store_failing_since_));
    alert.sequence = alert.previous = store_.last_sequence();
    outlets_.say(alert);
}

void Service::Impl::store_recovered()
{
    spdlog::info("STORE_RECOVERED");
    store_.record(store_written_again(store_failing_since_, wall_clock()));
}

// Once of each kind in a row: the heartbeat's own may fail every few seconds.
void Service::Impl::store_threw(const std::string& what)
{
    if (std::exchange(store_threw_, what) != what) store_.record(store_work_failed(what, wall_clock()));
}

void Service::Impl::purge()
{
    if (!config_.purpose.retention) return;
    pass_time();
    const auto now = wall_clock();
    store_.with_store([this, now, before = retention_.reckoned(now) - *config_.purpose.retention](Store& store) {
        const auto gone = store.purge(before);
        if (!gone) return spdlog::error("PURGE what=\"{}\"", gone.error().text);
        if (*gone == 0) return;
        spdlog::info("PURGE incidents={} older_than={}", *gone, to_rfc3339(before));
        boost::asio::post(io_, [this, told = retention_done(*gone, before, now)] { store_.record(told); });
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
        if (auto kept = keep_clock_mark(directory, mark); !kept) spdlog::error("STORE_MARK what=\"{}\"", kept.error().text);
    });
}

// Reports say by which configuration an incident was judged.
void Service::Impl::tell_site()
{
    store_.with_store([directory = config_.state_directory, facts = site_facts_of(config_, *tables_)](Store&) {
        if (auto told = record_site_facts(directory, facts); !told)
            spdlog::error("STORE_SITE what=\"{}\"", told.error().text);
    });
}

void Service::Impl::keep_journal()
{
    pass_time();
    const auto now = wall_clock();
    store_.with_store([update = journal_.update(engine_, *people_.enrolment(), now, retention_.reckoned(now))](Store& store) {
        if (const auto kept = store.keep_journal(update); !kept) spdlog::error("JOURNAL what=\"{}\"", kept.error().text);
    });
}

std::vector<FeedStatus> Service::Impl::feed_statuses() const
{
    std::vector<FeedStatus> statuses{people_.status()};
    for (const auto& feed : feeds_) statuses.push_back(feed->status());
    return statuses;
}

void Service::Impl::look_at_sight()
{
    const auto now = wall_clock();
    const auto enrolment = people_.enrolment();
    sight_.expect(sight_expected(config_, *enrolment, now));
    auto sample = sight_sample(capture_->status(), feed_statuses(), now);
    sample.link = link_of(config_.capture.interface);
    if (auto names = names_in_rosters(config_, people_.status(), *enrolment, people_.roster(), now)) sample.names.push_back(*names);
    for (const auto& state : sight_.look(sample)) observe(state);
}

void Service::Impl::tell_status()
{
    DaemonStatus status;
    status.started = started_;
    status.now = wall_clock();
    status.capture = capture_->status();
    status.engine = engine_.counters();
    status.feeds = feed_statuses();
    status.blind = sight_.present();
    status.sinks = outlets_.status();
    status.backlog = outlets_.backlog();
    status.last_sequence = store_.last_sequence();
    status.waiting_for_store = store_.waiting();
    const auto written = write_status(config_.runtime_directory / "status.json", status);
    if (!written && !status_failed_) spdlog::warn("STATUS what=\"{}\"", written.error());
    status_failed_ = !written;
}

// Packet times, leases, calls and what is held for late facts are compared with each other: half of them by
// another clock they would name the wrong call. A start is the way to a clean state; files are read again then.
// What waits for the disk is in memory alone, and the end waits for it.
void Service::Impl::watch_clock()
{
    clock_set_by_ += clock_.look(wall_clock(), std::chrono::steady_clock::now());
    if (clock_set_by_ == Duration{0} || store_.waiting() > 0) return;
    boost::asio::post(io_, [this] { end_by_clock(); });  // not here: the end destroys the timer that calls this
}

void Service::Impl::end_by_clock()
{
    exit_code_ = exit_clock;
    auto told = clock_was_set(clock_set_by_, wall_clock());
    spdlog::warn("CLOCK what=\"{}\"", told.text);
    store_.record(std::move(told));
    stop("the machine's clock was set");
}

void Service::Impl::stop(const std::string& why)
{
    if (farewell_) return;
    notify_stopping();
    spdlog::info("STOPPING why=\"{}\"", why);
    timers_.clear();
    if (capture_) {
        capture_->stop();
        do {
            drain();
        } while (!capture_->flush());
        drain();
    }
    for (const auto& feed : feeds_) feed->stop();
    keep_journal();
    if (clock_set_by_ == Duration{0}) {
        act(engine_.pause());
        keep_memory();
    } else {
        act(engine_.finish());
        store_.with_store([](Store& store) {
            if (auto gone = store.forget_memory(); !gone) spdlog::error("MEMORY what=\"{}\"", gone.error().text);
        });
    }
    store_.record(run_stopping(why, wall_clock()));
    outlets_.end_heartbeats();
    farewell_ = std::make_unique<Farewell>(io_, store_, outlets_.names(), kFarewell, [this] { end(); });
}

void Service::Impl::end()
{
    outlets_.stop();
    store_.with_store([directory = config_.state_directory](Store&) {
        if (auto ended = end_run(directory); !ended) spdlog::error("STORE_MARK what=\"{}\"", ended.error().text);
    });
    tell_status();
    io_.stop();
}

Service::Service(ServiceParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Service::~Service() = default;

RowErrors Service::load_people()
{
    return impl_->load_people();
}

int Service::run()
{
    return impl_->run();
}

}  // namespace breakwatch
