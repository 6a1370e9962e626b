// SIGKILL at any moment: what the writer was told is stored is there once, and the numbers have no gap.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr int kKills = 25;

// Records incidents with their revisions until it is killed; tells each number once it is stored.
[[noreturn]] void write_until_killed(const TemporaryFolder& folder, int round, int pipe)
{
    auto store = open_store(folder.path(), {"siem"}, key_of());
    if (!store) ::_exit(1);
    for (unsigned n = 0;; ++n) {
        // As after a restart: the last incident of before comes again.
        const auto id = "bw-" + std::to_string(round) + "-" + std::to_string(n / 3);
        const auto number = (*store)->record(incident(id, n % 3 + 1));
        if (!number || ::write(pipe, &*number, sizeof *number) != sizeof *number) ::_exit(1);
        if (n % 2 == 0 && !(*store)->delivered("siem", *number)) ::_exit(1);
    }
}

std::uint64_t last_told(int pipe, std::uint64_t last)
{
    for (std::uint64_t number = 0; ::read(pipe, &number, sizeof number) == sizeof number;) last = number;
    return last;
}

// The last number that the writer said was stored; 0 when it was killed before it said anything.
std::uint64_t run_and_kill(const TemporaryFolder& folder, int round, std::chrono::microseconds after)
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(ends[0]);
        write_until_killed(folder, round, ends[1]);
    }
    ::close(ends[1]);
    // On a busy machine a writer may be killed before it began, again and again: in every other round it first gets to
    // work.
    std::uint64_t first = 0;
    for (int told = 0; round % 2 == 1 && told < 3; ++told) {
        if (::read(ends[0], &first, sizeof first) != sizeof first) break;
    }
    ::usleep(static_cast<useconds_t>(after.count()));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    const auto told = last_told(ends[0], first);
    ::close(ends[0]);
    REQUIRE(WIFSIGNALED(status));
    return told;
}

}  // namespace

TEST_CASE("a writer killed at any moment leaves each incident once and no gap in the numbers")
{
    const TemporaryFolder folder;
    std::mt19937 random(20261124);
    std::uniform_int_distribution<int> moment(1'000, 60'000);
    const auto database = folder / "breakwatch.db";
    std::uint64_t before = 0;
    std::uint64_t stored = 0;
    for (int round = 0; round < kKills; ++round) {
        const auto told = run_and_kill(folder, round, std::chrono::microseconds{moment(random)});
        const auto store = open_in(folder);
        const auto last = store->last_sequence();
        CHECK_MESSAGE(last >= std::max(told, before), "round " << round << ": told " << told << ", there " << last);
        // At most the one that was being written may be there and untold.
        CHECK(last <= std::max(told, before) + 1);
        const auto checked = CaseFile::open(folder.path())->verify();
        REQUIRE(checked);
        CHECK(checked->wrong.empty());
        CHECK(checked->alerts == last);
        before = last;
        stored = last;
    }
    CHECK(stored > kKills);
    CHECK(sql(database, "PRAGMA integrity_check") == "ok");
    CHECK(sql(database,
              "SELECT count(*) FROM (SELECT incident, revision FROM alerts GROUP BY 1, 2 HAVING count(*) > 1)") == "0");
    CHECK(sql(database, "SELECT count(DISTINCT incident) FROM alerts") ==
          sql(database, "SELECT count(*) FROM incidents"));
    CHECK(sql(database, "SELECT count(*) FROM outbox WHERE sequence NOT IN (SELECT sequence FROM alerts)") == "0");
}
