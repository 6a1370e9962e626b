#include "app/replay_command.hpp"

#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "alerts/formats/alert_format.hpp"
#include "app/device_filter_of.hpp"
#include "app/dissector_limits_of.hpp"
#include "app/exit_code.hpp"
#include "app/feeds.hpp"
#include "app/file_text.hpp"
#include "app/journal_keeper.hpp"
#include "app/local_words.hpp"
#include "app/log.hpp"
#include "app/open_state.hpp"
#include "app/progress_line.hpp"
#include "app/replay_path.hpp"
#include "app/sight_sample.hpp"
#include "app/site.hpp"
#include "capture/capture_file.hpp"
#include "feeds/calls/call_systems.hpp"
#include "feeds/mentions/mention_feeds.hpp"
#include "store/incident_json.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

constexpr const char* kSink = "replay";
constexpr Duration kSightInterval = std::chrono::seconds{10};

// The daemon's objects, fed from files; all but the path's workers on one thread.
class Replay {
  public:
    Replay(const ReplayOptions& options, const Config& config, const Tables& tables)
        : options_(options),
          config_(config),
          tables_(tables),
          people_(person_files_of(config), [this](const Observation& observation) { take(observation); })
    {
        if (!config.syslog.empty()) sink_ = config.syslog.front();
    }

    int run();

  private:
    bool load_people();
    bool open_store();
    void begin(Timestamp now);
    std::expected<void, std::string> read_captures(CaptureFiles& files);
    void tick(Timestamp at);
    void renew_filter(Timestamp now);
    void take(const Observation& observation) { record(engine_->observe(observation)); }
    void record(const std::vector<Effect>& effects);
    void keep_journal();
    void keep_record();
    SightSample sample(Timestamp now) const;
    void look_at_sight(Timestamp now);
    void print_sight() const;
    void print_why_nothing() const;
    bool print_alerts();
    bool print_incidents();

    const ReplayOptions& options_;
    const Config& config_;
    const Tables& tables_;
    SyslogConfig sink_;
    PersonFiles people_;
    std::shared_ptr<const IdentityKey> key_;
    std::optional<StoreLock> lock_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<ReplayPath> path_;  // from the first packet on
    std::vector<FeedStatus> feeds_;     // read to their end
    std::unique_ptr<SightWatch> sight_;
    SightExpectation expected_;
    Timestamp began_;
    Timestamp looked_;
    Timestamp ticked_;
    FilterRenewal filter_renewal_;
    bool failed_ = false;
    ProgressLine progress_;
};

bool Replay::load_people()
{
    const auto wrong = people_.load();
    for (const auto& error : wrong) std::fprintf(stderr, "%s\n", to_string(error).c_str());
    return wrong.empty();
}

// Why it cannot begin.
bool refuse(const std::string& why)
{
    return std::fprintf(stderr, "breakwatchd: %s\n", why.c_str()), false;
}

bool Replay::open_store()
{
    if (options_.state.empty()) {
        // The same input gives the same pseudonyms, and so the same bytes.
        key_ = std::make_shared<const IdentityKey>(IdentityKey::from_material(file_text(config_.enrolment)));
        store_ = make_memory_store({kSink}, key_);
        return true;
    }
    std::error_code error;
    ::umask(0027);
    std::filesystem::create_directories(options_.state, error);
    auto opened = open_state(options_.state, {kSink}, openers_of(config_));
    if (!opened) return refuse(opened.error());
    lock_ = std::move(opened->lock);
    key_ = std::move(opened->key);
    store_ = std::move(opened->store);
    const auto told = record_site_facts(options_.state, site_facts_of(config_, tables_));
    return told || refuse(told.error());
}

// At the first packet: the feeds are read to their end, as of then.
void Replay::begin(Timestamp now)
{
    // Again, about the time of the capture: it is that day's part of recurring shifts that counts.
    for (const auto& error : people_.load(now)) spdlog::error("REFUSED {}", to_string(error));
    people_.start();
    take(tables_.plan);
    take(tables_.rules);
    take(Tick{now});
    boost::asio::io_context io;
    const auto enrolment = [this] { return people_.enrolment(); };
    const auto handler = [this](const Observation& observation) { take(observation); };
    for (const auto& calls : config_.calls) {
        if (!has_an_end(calls))
            spdlog::warn("FEED_LEFT_OUT feed=calls:{} kind={} has nothing to replay", calls.name, calls.kind);
    }
    for (const auto& mentions : config_.mentions) {
        if (!has_an_end(mentions)) spdlog::warn("FEED_LEFT_OUT feed=mentions:{} has nothing to replay", mentions.name);
    }
    const auto feeds = make_feeds(io, config_, FeedMode::once, enrolment, handler, [now] { return now; });
    for (const auto& feed : feeds) feed->start();
    io.run();
    for (const auto& feed : feeds) feeds_.push_back(feed->status());
    expected_ = sight_expected(config_, *people_.enrolment(), now);
    sight_ = std::make_unique<SightWatch>(expected_, false);
    began_ = looked_ = now;
    const auto filter =
        device_filter_of(*people_.enrolment(), engine_->bound_addresses(), now, sessions_expected(config_));
    const auto plan = memory_plan_of(config_);
    path_ = ReplayPath::make(
        {.workers = options_.workers,
         .catalog = tables_.catalog,
         .filter = filter,
         .sensor = sensor_limits_of(plan),
         .link = link_config_of(config_.capture),
         .dissector = dissector_limits_of(config_.capture, plan)},
        [this](Observation&& observation) { take(observation); }, [this](Timestamp at) { tick(at); });
}

// As often as the service does: a device that is known from now on is looked at from now on, live and here.
void Replay::renew_filter(Timestamp now)
{
    const auto whole = [&] {
        return device_filter_of(*people_.enrolment(), engine_->bound_addresses(), now, sessions_expected(config_));
    };
    if (auto filter = filter_renewal_.next(engine_->identity_version(), engine_->take_met(), now, whole))
        path_->set_filter(std::move(filter));
}

std::expected<void, std::string> Replay::read_captures(CaptureFiles& files)
{
    if (options_.workers > 1) {
        files.before_wait([this] {
            if (path_) path_->settle();
        });
    }
    while (true) {
        const auto state = files.next_batch(PacketSource::kBatch, [&](std::span<const Packet> packets) {
            if (!path_) begin(packets.front().time);
            path_->take(packets, files);
        });
        if (!state) return std::unexpected(state.error());
        if (*state == PacketSource::State::ended) return {};
        progress_.show(files, path_ ? path_->packets() : 0);
    }
}

void Replay::tick(Timestamp at)
{
    ticked_ = at;
    take(Tick{at});
    if (at - looked_ >= kSightInterval) look_at_sight(at);
    renew_filter(at);
    keep_record();
}

void Replay::record(const std::vector<Effect>& effects)
{
    for (const auto& effect : effects) {
        const auto stored = std::visit([this](const auto& each) { return store_->record(each); }, effect);
        if (stored) continue;
        failed_ = true;
        spdlog::error("STORE_FAILED what=\"{}\"", stored.error());
    }
    if (!effects.empty() && !options_.json && !print_alerts()) failed_ = true;
}

void Replay::keep_journal()
{
    if (options_.state.empty()) return;
    JournalKeeper journal(key_, config_.journal_retention);
    const auto kept = store_->keep_journal(journal.update(*engine_, *people_.enrolment(), ticked_, ticked_));
    if (kept) return;
    failed_ = true;
    spdlog::error("JOURNAL what=\"{}\"", kept.error());
}

// What complaints are answered from; the rest of the memory is a running daemon's.
void Replay::keep_record()
{
    if (options_.state.empty()) return;
    auto changes = engine_->take_memory();
    std::erase_if(changes.rows, [](const MemoryChange& change) {
        const auto& memory = change.memory;
        return !std::holds_alternative<RecordedExchange>(memory) && !std::holds_alternative<WatchedSpan>(memory) &&
               !std::holds_alternative<CompleteSince>(memory);
    });
    if (changes.rows.empty()) return;
    const auto kept = store_->keep_memory(seal(changes, *key_));
    if (kept) return;
    failed_ = true;
    spdlog::error("MEMORY what=\"{}\"", kept.error());
}

SightSample Replay::sample(Timestamp now) const
{
    CaptureStatus capture;
    capture.up = true;
    capture.decode = path_->decode_counters();
    capture.sensor = path_->sensor_counters();
    auto sample = sight_sample(capture, feeds_, now);
    if (auto names = names_in_rosters(config_, people_.status(), *people_.enrolment(), people_.roster(), now))
        sample.names.push_back(*names);
    return sample;
}

void Replay::look_at_sight(Timestamp now)
{
    looked_ = now;
    for (const auto& state : sight_->look(sample(now))) take(state);
}

// For people: of the whole capture, however short.
void Replay::print_sight() const
{
    const auto whole = sample(ticked_);
    auto sights = assess(
        {.length = ticked_ - began_, .wire = whole.wire, .facts = whole.facts, .radius_facts = whole.radius_facts},
        expected_);
    for (auto& sight : assess_names(whole.names)) sights.push_back(std::move(sight));
    for (const auto& sight : sights) {
        if (!sight.blind) continue;
        std::fprintf(stderr, "breakwatchd: what this capture cannot show: %s%s; likely cause, and what to change: %s\n",
                     sight.subject.empty() ? "" : (sight.subject + ": ").c_str(), sight.what.c_str(),
                     sight.change.c_str());
    }
    const auto engine = engine_->counters();
    if (engine.possible_posts >= 5 && engine.unjudgeable * 2 >= engine.possible_posts)
        std::fprintf(stderr,
                     "breakwatchd: what this capture cannot show: %llu of %llu possible posts could not be judged, too "
                     "much of them was not seen\n",
                     static_cast<unsigned long long>(engine.unjudgeable),
                     static_cast<unsigned long long>(engine.possible_posts));
}

// Nobody posted, or a clock is in another zone: the times beside each other tell.
void Replay::print_why_nothing() const
{
    const auto engine = engine_->counters();
    const auto still_held = engine.incidents_held - engine.held_raised;
    if (still_held > 0)
        std::fprintf(stderr,
                     "breakwatchd: %llu of %llu incidents were held, not sure enough to be alerted in mode %s; --json "
                     "prints them\n",
                     static_cast<unsigned long long>(still_held), static_cast<unsigned long long>(engine.incidents),
                     std::string(name(tables_.plan.mode)).c_str());
    if (engine.incidents + engine.incident_updates > 0) return;
    const auto& zone = config_.site.time_zone;
    std::fprintf(stderr,
                 "breakwatchd: no incident; the capture is of %s to %s: %llu exchanges of enrolled people's devices, "
                 "%llu post-like",
                 local_words(began_, zone).c_str(), local_words(ticked_, zone).c_str(),
                 static_cast<unsigned long long>(engine.exchanges), static_cast<unsigned long long>(engine.findings));
    const auto part = [](std::uint64_t count, const char* what) {
        if (count > 0) std::fprintf(stderr, ", %llu %s", static_cast<unsigned long long>(count), what);
    };
    part(engine.findings_outside, "outside every rule");
    part(engine.findings_unenrolled, "of nobody who is enrolled");
    part(engine.findings_ambiguous, "of one of several people");
    part(engine.findings_weak, "not sure enough of whom");
    std::fputs("\n", stderr);
    for (const auto& feed : feeds_) {
        if (!feed.name.starts_with("calls:")) continue;
        std::fprintf(stderr,
                     "breakwatchd: %s: %llu records taken, %llu refused, %llu of people whom the enrolment does not "
                     "name; the last is of %s\n",
                     feed.name.c_str(), static_cast<unsigned long long>(feed.taken),
                     static_cast<unsigned long long>(feed.refused), static_cast<unsigned long long>(feed.unmapped),
                     feed.last_event ? local_words(*feed.last_event, zone).c_str() : "no time");
    }
}

bool Replay::print_alerts()
{
    progress_.clear();
    // At the end of the input there may be any number at once.
    while (true) {
        const auto alerts = store_->owed(kSink, 1'000);
        if (!alerts) return false;
        if (alerts->empty()) break;
        for (const auto& alert : *alerts) {
            std::printf("%s\n", alert_format(sink_.format).write(alert, identity_of(sink_)).bytes.c_str());
            if (!store_->delivered(kSink, alert.sequence)) return false;
        }
    }
    std::fflush(stdout);
    return true;
}

void tell_spoilt(const std::string& what)
{
    std::fprintf(stderr, "breakwatchd: store: %s\n", what.c_str());
}

bool Replay::print_incidents()
{
    const auto incidents = store_->incidents_since(Timestamp::min(), tell_spoilt);
    if (!incidents) return refuse(incidents.error());
    for (const auto& stored : *incidents) std::printf("%s\n", to_json(stored.incident).c_str());
    return true;
}

int Replay::run()
{
    if (!load_people()) return exit_config;
    auto files = CaptureFiles::open(options_.captures);
    if (!files) return std::fprintf(stderr, "breakwatchd: %s\n", files.error().c_str()), exit_capture;
    if (!open_store()) return exit_failure;
    auto settings = engine_settings_of(config_);
    settings.keep_memory = !options_.state.empty();
    engine_ = std::make_unique<Engine>(std::move(settings), tables_.catalog, tables_.model,
                                       [key = key_](const StaffId& staff) { return key->pseudonym(staff); });
    auto known = store_->incidents_since(Timestamp::min(), tell_spoilt);
    for (const auto& stored : known.value_or(std::vector<StoredIncident>{})) {
        if (!stored.staff.value.empty()) engine_->remember(stored.incident, stored.staff);
    }

    const auto read = read_captures(**files);
    // What was read before a capture broke off still counts.
    if (path_) {
        path_->finish();
        keep_journal();
        record(engine_->finish());
        keep_record();
        if (auto head = store_->sign(ticked_); !head) failed_ = !refuse(head.error());
    }
    progress_.clear();
    if (path_) print_sight();
    if (path_ && read) print_why_nothing();
    if (const auto complaint = complaint_of_order((*files)->counters()); !complaint.empty())
        std::fprintf(stderr, "breakwatchd: %s\n", complaint.c_str());
    if (options_.json && !print_incidents()) failed_ = true;
    if (!read) return std::fprintf(stderr, "breakwatchd: %s\n", read.error().c_str()), exit_capture;
    return failed_ ? exit_failure : exit_success;
}

}  // namespace

int run_replay(const ReplayOptions& options)
{
    if (!set_up_log(options.log_level))
        return std::fprintf(stderr, "breakwatchd: no such log level: %s\n", options.log_level.c_str()), exit_usage;
    const auto config = load_site_config(options.config);
    if (!config) return print_errors(config.error()), config.error().exit_code;
    const auto tables = load_tables(*config);
    if (!tables) return print_errors(tables.error()), tables.error().exit_code;
    return Replay(options, *config, **tables).run();
}

}  // namespace breakwatch
