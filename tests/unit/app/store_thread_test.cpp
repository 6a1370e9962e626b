#include "app/store_thread.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <atomic>
#include <new>
#include <set>
#include <stdexcept>

using namespace breakwatch;

namespace {

// Shared with the test: what a store on a disk that fills up and is freed again has taken.
struct Disk {
    bool knows_repeats = false;
    std::atomic<bool> full{false};
    std::atomic<int> refused{0};
    std::atomic<bool> throws{false};    // from wherever it is asked
    std::vector<std::string> recorded;  // read after the thread has ended
    std::set<std::uint64_t> delivered;
    std::string told;  // of ourselves, last
};

class FakeStore final : public Store {
  public:
    explicit FakeStore(Disk& disk) : disk_(disk) {}

    std::expected<std::uint64_t, std::string> record(const RecordIncident& effect) override
    {
        return take(effect.incident.id);
    }
    std::expected<std::uint64_t, std::string> record(const ReportHealth& effect) override
    {
        disk_.told = effect.text;
        return take(std::string(effect.code));
    }
    std::expected<std::uint64_t, std::string> record(const RecordMention& effect) override
    {
        return take(effect.answer.mention.reference);
    }
    std::expected<std::vector<EnteredMention>, std::string> entered_mentions(
        std::uint64_t, const std::function<void(const std::string&)>&) override
    {
        return std::vector<EnteredMention>{};
    }
    std::expected<std::vector<RuleVerdicts>, std::string> verdicts() override { return std::vector<RuleVerdicts>{}; }
    std::expected<std::size_t, std::string> tell_verdicts(Timestamp) override { return 0U; }
    std::expected<std::vector<Alert>, std::string> owed(const std::string&, std::size_t, std::uint64_t) override
    {
        if (disk_.throws) throw std::logic_error("store: no such table: outbox");
        Alert alert;
        alert.sequence = 1;
        return std::vector<Alert>{alert};
    }
    std::expected<void, std::string> delivered(const std::string&, std::span<const SequenceRange> ranges) override
    {
        if (disk_.throws) throw std::logic_error("store: no such table: outbox");
        for (const auto& range : ranges) disk_.delivered.insert(range.first);
        return {};
    }
    std::uint64_t last_sequence() override { return disk_.recorded.size(); }
    std::size_t backlog(const std::string&) override { return 0; }
    std::expected<std::vector<StoredIncident>, std::string> incidents_since(
        Timestamp, const std::function<void(const std::string&)>&) override
    {
        return std::vector<StoredIncident>{};
    }
    std::expected<std::size_t, std::string> purge(Timestamp, Timestamp) override { return std::size_t{0}; }
    std::expected<void, std::string> sign(Timestamp) override { return {}; }
    std::expected<std::size_t, std::string> tell_due(const DueClock&, Timestamp) override { return 0U; }
    std::string head() override { return ""; }
    std::expected<std::size_t, std::string> keep_memory(const MemoryUpdate&) override { return std::size_t{0}; }
    std::expected<std::vector<Memory>, std::string> memory(const std::vector<std::string>&,
                                                           const std::function<void(const std::string&)>&) override
    {
        return std::vector<Memory>{};
    }
    std::expected<void, std::string> tidy_memory(Timestamp, const std::vector<std::string>&) override { return {}; }
    std::expected<void, std::string> forget_memory() override { return {}; }
    std::expected<std::size_t, std::string> count_older(Timestamp) override { return std::size_t{0}; }
    std::expected<void, std::string> keep_journal(const JournalUpdate&) override { return {}; }

  private:
    std::expected<std::uint64_t, std::string> take(const std::string& what)
    {
        if (disk_.throws) {
            ++disk_.refused;
            throw std::bad_alloc();
        }
        if (disk_.full) {
            ++disk_.refused;
            return std::unexpected("store: no space left");
        }
        // A revision that is there already keeps its number.
        if (const auto known = std::ranges::find(disk_.recorded, what);
            disk_.knows_repeats && known != disk_.recorded.end())
            return static_cast<std::uint64_t>(known - disk_.recorded.begin()) + 1;
        disk_.recorded.push_back(what);
        return disk_.recorded.size();
    }

    Disk& disk_;
};

RecordIncident incident(const std::string& id)
{
    RecordIncident effect;
    effect.incident.id = id;
    return effect;
}

}  // namespace

TEST_CASE("effects are stored in the order given and the main thread hears of it")
{
    Disk disk;
    boost::asio::io_context main;
    StoreThread* running = nullptr;
    const auto stop_at_two = [&main, &running] {
        if (running->last_sequence() == 2) main.stop();
    };
    StoreThread store(main, std::make_unique<FakeStore>(disk), {stop_at_two, [](const auto&) {}, [] {}});
    running = &store;
    store.record(incident("bw-1"));
    store.record(ReportHealth{"BW-3001", Severity::error, "calls:acd", "down", {}});
    const auto guard = boost::asio::make_work_guard(main);
    main.run();
    CHECK(disk.recorded == std::vector<std::string>{"bw-1", "BW-3001"});
    CHECK(store.last_sequence() == 2);
    CHECK(store.waiting() == 0);
}

TEST_CASE("what was given to be stored is counted by code and rule, and how long the disk took is known")
{
    Disk disk;
    boost::asio::io_context main;
    StoreThread store(main, std::make_unique<FakeStore>(disk), {[&main] { main.stop(); }, [](const auto&) {}, [] {}});
    CHECK(store.recorded().empty());
    CHECK(store.writes().count == 0);
    auto first = incident("bw-1");
    first.incident.rule = "post-after-call";
    auto later = first;
    later.incident.revision = 2;
    auto held = first;
    held.incident.held = true;
    store.record(first);
    store.record(later);
    store.record(later);
    store.record(held);
    store.record(ReportHealth{"BW-3001", Severity::error, "calls:acd", "down", {}});
    const StoreThread::Recorded expected{{{"BW-1001", "post-after-call"}, 1},
                                         {{"BW-1002", "post-after-call"}, 2},
                                         {{"BW-1005", "post-after-call"}, 1},
                                         {{"BW-3001", ""}, 1}};
    CHECK(store.recorded() == expected);
    const auto guard = boost::asio::make_work_guard(main);
    while (store.writes().count < 5) main.run_for(std::chrono::milliseconds{10}), main.restart();
    CHECK(store.writes().count == 5);
    CHECK(store.writes().longest > std::chrono::nanoseconds{0});
    CHECK(store.writes().took >= store.writes().longest);
}

TEST_CASE("a repeat of an old revision does not set the last sequence number back")
{
    Disk disk;
    disk.knows_repeats = true;
    boost::asio::io_context main;
    int told = 0;
    StoreThread store(main, std::make_unique<FakeStore>(disk),
                      {[&] {
                           if (++told == 3) main.stop();
                       },
                       [](const auto&) {}, [] {}});
    store.record(incident("bw-1"));
    store.record(incident("bw-2"));
    store.record(incident("bw-1"));
    const auto guard = boost::asio::make_work_guard(main);
    main.run_for(std::chrono::seconds{10});
    CHECK(disk.recorded.size() == 2);
    CHECK(store.last_sequence() == 2);
}

TEST_CASE("an incident that finds the disk full is stored once there is space, in its turn")
{
    Disk disk;
    disk.full = true;
    boost::asio::io_context main;
    const auto guard = boost::asio::make_work_guard(main);
    int failing = 0;
    int recovered = 0;
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk),
                          {[] {},
                           [&](const std::string& text) {
                               ++failing;
                               CHECK(text == "store: no space left");
                               disk.full = false;
                           },
                           [&] {
                               ++recovered;
                               main.stop();
                           }});
        store.record(incident("bw-1"));
        store.record(incident("bw-2"));
        main.run();
    }
    CHECK(failing == 1);
    CHECK(recovered == 1);
    CHECK(disk.refused >= 1);
    CHECK(disk.recorded == std::vector<std::string>{"bw-1", "bw-2"});
}

TEST_CASE("of events about ourselves that found no room on a full disk, the number is told once there is space")
{
    Disk disk;
    disk.full = true;
    boost::asio::io_context main;
    const auto guard = boost::asio::make_work_guard(main);
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk),
                          {[] {}, [&](const auto&) { disk.full = false; }, [&] { main.stop(); }});
        for (int i = 0; i < 10'007; ++i)
            store.record(ReportHealth{"BW-3001", Severity::error, "calls:acd", "down", {}});
        store.record(incident("bw-1"));
        main.run();
    }
    REQUIRE(disk.recorded.size() == 10'002);
    CHECK(disk.recorded[10'000] == "bw-1");
    CHECK(disk.recorded[10'001] == "BW-1101");
    CHECK(disk.told ==
          "7 more events BW-3001 found no room while the store could not be written and are not told one by "
          "one");
}

TEST_CASE("what still waits at the end is tried once more")
{
    Disk disk;
    disk.full = true;
    boost::asio::io_context main;
    const auto guard = boost::asio::make_work_guard(main);
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk), {[] {}, [&](const auto&) { main.stop(); }, [] {}});
        store.record(incident("bw-1"));
        main.run();
        disk.full = false;
    }
    CHECK(disk.recorded == std::vector<std::string>{"bw-1"});
}

TEST_CASE("what a sink is owed arrives on the main thread and a delivery is marked before its handler")
{
    Disk disk;
    boost::asio::io_context main;
    const auto guard = boost::asio::make_work_guard(main);
    const auto main_thread = std::this_thread::get_id();
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk), {[] {}, [](const auto&) {}, [] {}});
        store.owed("siem", 0, 10, [&](std::vector<Alert> alerts) {
            CHECK(std::this_thread::get_id() == main_thread);
            REQUIRE(alerts.size() == 1);
            const auto sequence = alerts[0].sequence;
            store.delivered("siem", {{sequence, sequence}}, [&](bool done) {
                CHECK(done);
                main.stop();
            });
        });
        main.run();
    }
    CHECK(disk.delivered == std::set<std::uint64_t>{1});
}

TEST_CASE("a store that throws is one that fails: what is owed stays, in its order, and is stored once it works again")
{
    Disk disk;
    disk.throws = true;
    boost::asio::io_context main;
    const auto guard = boost::asio::make_work_guard(main);
    std::vector<std::string> failing;
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk),
                          {.recorded = [] {},
                           .failing =
                               [&](const std::string& text) {
                                   failing.push_back(text);
                                   disk.throws = false;
                               },
                           .recovered = [&] { main.stop(); }});
        store.record(incident("bw-1"));
        store.record(incident("bw-2"));
        main.run_for(std::chrono::seconds{20});
        CHECK_FALSE(store.fault());
        CHECK(store.waiting() == 0);
    }
    CHECK(failing == std::vector<std::string>{"store: std::bad_alloc"});
    CHECK(disk.recorded == std::vector<std::string>{"bw-1", "bw-2"});
}

TEST_CASE("work that throws is told and given up, whoever waits is answered, and the work after it is done")
{
    Disk disk;
    boost::asio::io_context main;
    const auto guard = boost::asio::make_work_guard(main);
    std::vector<std::string> threw;
    std::atomic<bool> given_up{false};
    int answered = 0;
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk),
                          {.recorded = [&] { main.stop(); },
                           .failing = [](const auto&) {},
                           .recovered = [] {},
                           .threw = [&](const std::string& what) { threw.push_back(what); }});
        store.with_store([](Store&) { throw 17; }, [&] { given_up = true; });
        disk.throws = true;
        store.owed("siem", 0, 10, [&](const std::vector<Alert>& alerts) {
            CHECK(alerts.empty());
            ++answered;
            store.delivered("siem", {{1, 1}}, [&](bool done) {
                CHECK_FALSE(done);
                ++answered;
                disk.throws = false;
                store.record(incident("bw-1"));
            });
        });
        main.run_for(std::chrono::seconds{20});
        CHECK_FALSE(store.fault());
    }
    CHECK(given_up);
    CHECK(answered == 2);
    CHECK(threw == std::vector<std::string>{"an unknown exception", "store: no such table: outbox",
                                            "store: no such table: outbox"});
    CHECK(disk.recorded == std::vector<std::string>{"bw-1"});
}

TEST_CASE("what nobody guarded does not end the process: the fault is found, and what is owed is stored at the end")
{
    Disk disk;
    boost::asio::io_context main;
    {
        StoreThread store(main, std::make_unique<FakeStore>(disk),
                          {.recorded = [] {}, .failing = [](const auto&) {}, .recovered = [] {}});
        store.with_store([](Store&) { throw std::bad_alloc(); },
                         [] { throw std::runtime_error("and no answer either"); });
        store.record(incident("bw-1"));
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!store.fault() && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        CHECK(store.fault() == "and no answer either");
    }
    CHECK(disk.recorded == std::vector<std::string>{"bw-1"});
}

TEST_CASE("the thread beats while it is idle, and while it waits for a full disk")
{
    Disk disk;
    boost::asio::io_context main;
    StoreThread store(main, std::make_unique<FakeStore>(disk),
                      {.recorded = [] {}, .failing = [](const auto&) {}, .recovered = [] {}});
    const auto beats = [&] {
        const auto before = store.pulse().count();
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (store.pulse().count() < before + 2 && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        return store.pulse().count() >= before + 2;
    };
    CHECK(beats());
    disk.full = true;
    store.record(incident("bw-1"));
    CHECK(beats());
    disk.full = false;
}
