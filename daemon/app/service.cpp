#include "app/service.hpp"

#include <csignal>
#include <iterator>
#include <system_error>

#include "app/device_filter_of.hpp"
#include "app/log.hpp"
#include "app/run_events.hpp"
#include "app/service_impl.hpp"
#include "app/service_notify.hpp"
#include "config/read_values.hpp"
#include "store/run_mark.hpp"

namespace breakwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStatusEvery{2};
constexpr seconds kOutboxEvery{5};
// Facts wait so long to be kept together; findings, and what comes with an incident, do not.
constexpr milliseconds kKeepEvery{50};
constexpr seconds kFilterEvery{1};
constexpr seconds kClockEvery{1};
constexpr seconds kMentionsEvery{1};
constexpr milliseconds kThreadsEvery{500};
constexpr milliseconds kFarewell{2'000};
constexpr seconds kSightEvery{10};
constexpr seconds kLoadEvery{1};  // before a post of the time is judged
constexpr seconds kVerdictsEvery{10};
constexpr seconds kDueEvery{1};
constexpr std::chrono::hours kPurgeEvery{1};
constexpr std::chrono::minutes kSignEvery{5};
constexpr std::chrono::minutes kJournalEvery{1};

EngineSettings keeping_memory(EngineSettings settings)
{
    settings.keep_memory = true;
    return settings;
}

}  // namespace

Service::Impl::Impl(ServiceParts parts)
    : config_(std::move(parts.config)),
      tables_(std::move(parts.tables)),
      judged_by_(tables_),
      key_(std::move(parts.key)),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      engine_(keeping_memory(engine_settings_of(config_)), tables_->catalog, tables_->model,
              [key = key_](const StaffId& staff) { return key->pseudonym(staff); }),
      people_(person_files_of(config_), [this](const Observation& observation) { observe(observation); }),
      store_(io_, std::move(parts.store),
             {.recorded = [this] { pipelines_.wake(); },
              .failing = [this](const std::string& text) { store_failing(text); },
              .recovered = [this] { store_recovered(); },
              .threw = [this](const std::string& text) { store_threw(text); },
              .no_room = [this](std::size_t count) { store_.record(memory_full(count, wall_clock())); }}),
      sources_(std::move(parts.sources)),
      unfinished_run_(parts.unfinished_run),
      retention_(parts.clock_mark, started_),
      sights_(config_.capture.interfaces.size(), SightWatch({}, true))
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

void Service::Impl::begin()
{
    remember();
    store_.record(run_started(config_watch_.digest(), unfinished_run_, wall_clock()));
    tell_site();
    pipelines_.start(config_.syslog);
    people_.start();
    tell_rules(*tables_);
    observe(Tick{started_});  // before feeds tell of what was before it
    recall();
    const auto enrolment = [this] { return people_.enrolment(); };
    feeds_ = make_feeds(io_, config_, FeedMode::follow, enrolment,
                        [this](const Observation& observation) { observe(observation); });
    for (const auto& feed : feeds_) feed->start();
    start_capture();
    wait_for_signal();
    every(kFilterEvery, [this] { renew_filter(); });
    every(kKeepEvery, [this] { keep_memory(); });
    every(kClockEvery, [this] { watch_clock(); });
    every(kMentionsEvery, [this] { mentions_.look(); });
    every(kVerdictsEvery, [this] { verdicts_.look(wall_clock()); });
    every(kDueEvery, [this] { due_.look({config_.due.contractual, config_.due.statutory}, wall_clock()); });
    every(kThreadsEvery, [this] { look_at_threads(); });
    every(kStatusEvery, [this] { tell_status(); });
    every(kOutboxEvery, [this] { pipelines_.look(); });
    every(kSightEvery, [this] { look_at_sight(); });
    every(kLoadEvery, [this] { look_at_load(); });
    every(kPurgeEvery, [this] { purge(); });
    every(kSignEvery, [this] { sign_chain(); });
    every(kJournalEvery, [this] { keep_journal(); });
    every(kJournalEvery, [this] { tidy_memory(); });
    if (config_.roster.watch > Duration{0}) every(config_.roster.watch, [this] { people_.look(); });
    watch_threads();
    if (retention_.in_doubt()) tell_retention_waits();
    purge();
    keep_journal();
    sign_chain();
    verdicts_.look(wall_clock());
    start_metrics();
    tell_status();
    spdlog::info("READY interface={} people={} feeds={} sinks={} version={}", listed(config_.capture.interfaces),
                 people_.enrolment()->people().size(), feeds_.size() + 1, pipelines_.size(), BREAKWATCH_VERSION);
    notify_watching();
}

void Service::Impl::every(std::chrono::nanoseconds interval, std::function<void()> work)
{
    timers_.push_back(std::make_unique<PeriodicTimer>(io_, interval, std::move(work)));
    timers_.back()->start_later();
}

void Service::Impl::start_capture()
{
    const auto filter =
        device_filter_of(*people_.enrolment(), engine_.bound_addresses(), wall_clock(), sessions_expected(config_));
    capture_ = std::make_unique<CaptureStage>(
        io_, config_.capture, std::exchange(sources_, {}), catalog_of(judged_by_), filter, memory_,
        CaptureEvents{[this](const Observation& observation, SourceId source) { take(observation, source); },
                      [this](std::uint32_t number) { catalog_changed(number); }});
    capture_->start();
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

void Service::Impl::take(const Observation& observation, SourceId source)
{
    observe(observation, source);
    const auto* state = std::get_if<FeedState>(&observation);
    if (state != nullptr && !state->up) act(engine_.source_ended(source));
}

void Service::Impl::catalog_changed(std::uint32_t number)
{
    const auto next = to_come_.find(number);
    if (next == to_come_.end()) return;
    auto tables = next->second;
    to_come_.erase(to_come_.begin(), std::next(next));
    judge_by(std::move(tables));
}

void Service::Impl::observe(const Observation& observation, SourceId source)
{
    if (const auto* refused = std::get_if<InputRefused>(&observation)) {
        spdlog::warn("REFUSED feed={} where={} what=\"{}\"", refused->feed, refused->where, refused->what);
    } else if (const auto* state = std::get_if<FeedState>(&observation)) {
        spdlog::log(state->up ? spdlog::level::info : spdlog::level::warn, "FEED feed={} up={} what=\"{}\"",
                    state->feed, state->up, state->what);
    } else if (const auto* sight = std::get_if<SightState>(&observation)) {
        // Its figures move on; that it began is logged once.
        const auto key = sight->subject + "/" + sight->spot;
        const bool begins = !sight->over && blind_spots_.insert(key).second;
        if (sight->over) blind_spots_.erase(key);
        const auto level = sight->over ? spdlog::level::info : begins ? spdlog::level::warn : spdlog::level::debug;
        spdlog::log(level, "{} subject={} what=\"{}\" change=\"{}\"", sight->over ? "SEEN_AGAIN" : "BLIND",
                    sight->subject, sight->what, sight->change);
    }
    act(engine_.observe(observation, source));
}

void Service::Impl::act(std::vector<Effect> effects)
{
    // Before the incident that a finding makes: should the end come between, it is made again, and no other.
    if (!effects.empty() || engine_.finding_changed()) {
        auto update = seal(engine_.take_memory(), *key_);
        const MemoryUpdate decided{{}, std::exchange(update.put_last, {}), std::exchange(update.gone, {}), {}};
        store_.keep(std::move(update));
        router_.route(std::move(effects));
        store_.keep(decided);
    }
}

void Service::Impl::stop(const std::string& why)
{
    if (farewell_) return;
    notify_stopping();
    spdlog::info("STOPPING why=\"{}\"", why);
    timers_.clear();
    metrics_.reset();
    if (capture_) capture_->stop();
    for (const auto& feed : feeds_) feed->stop();
    keep_journal();
    if (clock_set_by_ == Duration{0}) {
        act(engine_.pause());
        keep_memory();
    } else {
        act(engine_.finish());
        store_.with_store([](Store& store) {
            if (auto gone = store.forget_memory(); !gone) spdlog::error("MEMORY what=\"{}\"", gone.error());
        });
    }
    fold_.end_window();
    store_.record(run_stopping(why, wall_clock()));
    sign_chain();
    pipelines_.end_heartbeats();
    farewell_ = std::make_unique<Farewell>(
        io_, store_, [this] { return pipelines_.unconfirmed(); }, kFarewell, [this] { end(); });
}

void Service::Impl::end()
{
    pipelines_.stop();
    store_.with_store([directory = config_.state_directory](Store&) {
        if (auto ended = end_run(directory); !ended) spdlog::error("STORE_MARK what=\"{}\"", ended.error());
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
