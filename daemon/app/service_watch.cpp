#include <algorithm>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <iterator>

#include "app/log.hpp"
#include "app/metrics_page.hpp"
#include "app/run_events.hpp"
#include "app/service_impl.hpp"
#include "app/service_notify.hpp"
#include "app/status_file.hpp"
#include "store/wording.hpp"

namespace breakwatch {

void Service::Impl::look_at_threads()
{
    main_pulse_.beat();
    auto fault = capture_->fault();
    if (!fault) {
        if (auto what = store_.fault()) fault = {"store thread", std::move(*what)};
    }
    if (!fault) return;
    boost::asio::post(io_, [this, fault] { fail(fault->first, fault->second); });  // not here: as with the clock
}

ThreadCounts Service::Impl::thread_counts() const
{
    ThreadCounts counts{main_pulse_.count(), store_.pulse().count()};
    for (const auto* pulse : capture_->pulses()) counts.push_back(pulse->count());
    return counts;
}

void Service::Impl::watch_threads()
{
    const auto interval = watchdog_interval();
    if (!interval) return;
    every(*interval, [this, watch = ThreadWatch(thread_counts())]() mutable {
        if (watch.all_moved(thread_counts())) notify_watchdog();
    });
}

// The store cannot owe anybody a word about itself now: this one is sent as heartbeats are, which repeat it.
void Service::Impl::store_failing(const std::string& why)
{
    spdlog::error("STORE_FAILING what=\"{}\" kept and tried again", why);
    store_failing_since_ = wall_clock();
    auto alert = make_alert(store_not_written(why, store_failing_since_));
    alert.sequence = alert.previous = store_.last_sequence();
    pipelines_.say(alert);
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
    const auto captures = capture_->status();
    auto expected = sight_expected(config_, *enrolment, now);
    auto samples = sight_samples(captures, feed_statuses(), now);
    if (auto names = names_in_rosters(config_, people_.status(), *enrolment, people_.roster(), now))
        samples.front().names.push_back(*names);
    for (std::size_t i = 0; i < captures.size(); ++i) {
        expected.interface = captures[i].interface;
        expected.one_of_several = captures.size() > 1;
        sights_[i].expect(expected);
        samples[i].link = link_of(expected.interface);
        for (const auto& state : sights_[i].look(samples[i])) observe(state);
    }
}

void Service::Impl::look_at_load()
{
    const auto captures = capture_->status();
    for (std::size_t i = 0; i < captures.size(); ++i) {
        for (const auto& state : sights_[i].look(wall_clock(), captures[i].interface, shed_by(captures[i])))
            observe(state);
    }
}

std::vector<std::string> Service::Impl::blind() const
{
    std::vector<std::string> all;
    for (const auto& sight : sights_) std::ranges::move(sight.present(), std::back_inserter(all));
    return all;
}

// Between two looks a flood can fill a table and go: what was refused then is told by its counter.
void Service::Impl::look_at_memory(const DaemonStatus& status)
{
    for (const auto& reports :
         {memory_watch_.look(status.memory, status.now), memory_watch_.look(total(status.captures).sensor, status.now),
          memory_watch_.look(status.engine, status.now)}) {
        for (const auto& report : reports) {
            spdlog::warn("MEMORY what=\"{}\"", report.text);
            store_.record(report);
        }
    }
}

void Service::Impl::tell_status()
{
    DaemonStatus status;
    status.started = started_;
    status.now = wall_clock();
    if (capture_) status.captures = capture_->status();
    status.engine = engine_.counters();
    status.platforms = engine_.platforms();
    status.drift = engine_.drift();
    status.memory = memory_use(memory_, status.captures, status.engine);
    if (!farewell_) look_at_memory(status);  // the word of the end is the last
    status.feeds = feed_statuses();
    status.blind = blind();
    status.sinks = pipelines_.status();
    status.backlog = pipelines_.backlog();
    status.recorded = store_.recorded();
    status.writes = store_.writes();
    std::error_code error;
    const auto space = std::filesystem::space(config_.state_directory, error);  // the kernel has it in memory
    if (!error) status.free_bytes = space.available;
    status.last_sequence = std::max(store_.last_sequence(), pipelines_.last_sequence());
    status.waiting_for_store = store_.waiting();
    status.verdicts = verdicts_.figures();
    const auto written = write_status(config_.runtime_directory / "status.json", status);
    if (!written && !status_failed_) spdlog::warn("STATUS what=\"{}\"", written.error());
    status_failed_ = !written;
    if (!metrics_) return;
    status_ = std::move(status);
    metrics_->renew();
}

void Service::Impl::start_metrics()
{
    if (!config_.metrics) return;
    metrics_ = std::make_unique<MetricsServer>(
        io_, MetricsServerSettings{.listen = config_.metrics->listen, .port = config_.metrics->port},
        MetricsServer::Handlers{.page = [this] { return metrics_page(status_); },
                                .state =
                                    [](const std::string& why) {
                                        if (why.empty()) return spdlog::info("METRICS up=true");
                                        spdlog::warn("METRICS up=false what=\"{}; tried again\"", why);
                                    }});
    metrics_->start();
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

}  // namespace breakwatch
