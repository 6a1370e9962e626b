// Who may post to the webhook, and that what was taken over is there again after a restart.
#include <doctest/doctest.h>

#include <sys/stat.h>

#include "feeds/calls/core/call_journal.hpp"
#include "feeds/core/webhook_guard.hpp"
#include "unit/feeds/recorded_feeds.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Verdict = WebhookGuard::Verdict;

const std::string kSecret = "0123456789abcdef0123";
const std::string kTime = "1795425245";
const Timestamp kNow = Timestamp(1795425250s);

CallStatements call(const std::string& id)
{
    return {{.type = CallStatement::Type::call_end,
             .at = kNow,
             .agents = {"s1001"},
             .id = id,
             .queue = "billing",
             .ended_by = "caller",
             .talk = 311s}};
}

std::vector<std::string> ids_after_restart(const std::filesystem::path& file)
{
    std::vector<std::string> ids;
    CallJournal journal(file);
    REQUIRE(journal.open([&](const CallStatements& statements) { ids.push_back(statements.front().id); }));
    return ids;
}

}  // namespace

TEST_CASE("the signature is HMAC-SHA256 over time, full stop and body")
{
    CHECK(webhook_signature("key", "1795425245", "{}") ==
          "sha256=012cceba365e53118b5a0f6add277c69a87827ab4668cb5c7a85c0c36e888fa9");
}

TEST_CASE("a request counts once, within five minutes, with the signature of our secret")
{
    WebhookGuard guard({kSecret, "the one before it, 16+"});
    const auto good = webhook_signature(kSecret, kTime, "body");
    CHECK(guard.check("", good, "body", kNow) == Verdict::no_signature);
    CHECK(guard.check(kTime, "", "body", kNow) == Verdict::no_signature);
    CHECK(guard.check(kTime, "sha256=00", "body", kNow) == Verdict::forged);
    CHECK(guard.check(kTime, good, "b0dy", kNow) == Verdict::forged);
    CHECK(guard.check("1795425246", good, "body", kNow) == Verdict::forged);
    CHECK(guard.check(kTime, webhook_signature("another secret of 16", kTime, "body"), "body", kNow) ==
          Verdict::forged);
    CHECK(guard.check("now", good, "body", kNow) == Verdict::wrong_time);
    CHECK(guard.check(kTime, good, "body", kNow + 6min) == Verdict::wrong_time);
    CHECK(guard.check(kTime, good, "body", kNow - 6min) == Verdict::wrong_time);
    CHECK(guard.check(kTime, good, "body", kNow) == Verdict::good);
    CHECK(guard.check(kTime, good, "body", kNow + 1min) == Verdict::repeated);
    CHECK(guard.check(kTime, webhook_signature("the one before it, 16+", kTime, "body"), "body", kNow) ==
          Verdict::good);
    guard.release(good);
    CHECK(guard.check(kTime, good, "body", kNow) == Verdict::good);
    guard.use({kSecret});
    CHECK(guard.check(kTime, good, "body", kNow) == Verdict::repeated);
}

TEST_CASE("signatures are kept in mind no longer than they could be sent again")
{
    WebhookGuard guard({kSecret});
    for (int i = 0; i < 100; ++i) {
        const auto body = std::to_string(i);
        CHECK(guard.check(kTime, webhook_signature(kSecret, kTime, body), body, kNow) == Verdict::good);
    }
    CHECK(guard.remembered() == 100);
    CHECK(guard.check("1795426000", webhook_signature(kSecret, "1795426000", "x"), "x", Timestamp(1795426000s)) ==
          Verdict::good);
    CHECK(guard.remembered() == 1);
}

TEST_CASE("what the journal has taken over is there after a restart, sealed")
{
    ScratchFolder folder;
    const auto file = folder.path / "calls-acd.journal";
    {
        CallJournal journal(file);
        REQUIRE(journal.open([](const CallStatements&) { FAIL("nothing is there yet"); }) == 0);
        REQUIRE(journal.append(call("c1"), kNow));
        REQUIRE(journal.append(call("c2"), kNow));
    }
    std::vector<CallStatements> again;
    CallJournal journal(file);
    REQUIRE(journal.open([&](const CallStatements& statements) { again.push_back(statements); }) == 2);
    CHECK(again[0][0].agents == std::vector<std::string>{"s1001"});
    CHECK(again[0][0].talk == 311s);
    CHECK(again[0][0].at == kNow);
    CHECK(again[1][0].id == "c2");
    CHECK(read_file(file).find("s1001") == std::string::npos);
    struct stat found{};
    REQUIRE(::stat((file.string() + ".key").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600U);
}

TEST_CASE("a journal cut anywhere keeps every whole record and goes on after it")
{
    ScratchFolder folder;
    const auto file = folder.path / "j";
    std::size_t first = 0;
    {
        CallJournal journal(file);
        REQUIRE(journal.open([](const CallStatements&) {}));
        REQUIRE(journal.append(call("c1"), kNow));
        first = std::filesystem::file_size(file);
        REQUIRE(journal.append(call("c2"), kNow));
    }
    const auto whole = read_file(file);
    for (auto size = first; size < whole.size(); size += 7) {
        std::filesystem::resize_file(file, size);
        {
            CallJournal journal(file);
            REQUIRE(journal.open([](const CallStatements&) {}) == 1);
            CHECK(journal.cut() == size - first);
            REQUIRE(journal.append(call("c3"), kNow));
        }
        CHECK(ids_after_restart(file) == std::vector<std::string>{"c1", "c3"});
        std::ofstream(file, std::ios::binary) << whole;
    }
}

TEST_CASE("a journal that was changed by others gives nothing that was not written")
{
    ScratchFolder folder;
    const auto file = folder.path / "j";
    {
        CallJournal journal(file);
        REQUIRE(journal.open([](const CallStatements&) {}));
        REQUIRE(journal.append(call("c1"), kNow));
    }
    auto bytes = read_file(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream(file, std::ios::binary) << bytes;
    CHECK(ids_after_restart(file).empty());
}

TEST_CASE("the journal's files take turns, so that what is older than the horizon goes")
{
    ScratchFolder folder;
    const auto file = folder.path / "j";
    {
        CallJournal journal(file);
        REQUIRE(journal.open([](const CallStatements&) {}));
        REQUIRE(journal.append(call("old"), kNow));
        REQUIRE(journal.append(call("c1"), kNow + 27h));
        REQUIRE(journal.append(call("c2"), kNow + 54h));
    }
    CHECK(ids_after_restart(file) == std::vector<std::string>{"c1", "c2"});
}

TEST_CASE("a journal that cannot be written says why")
{
    CallJournal journal("/nonexistent/j");
    CHECK_FALSE(journal.open([](const CallStatements&) {}));
    CHECK_FALSE(journal.append(call("c1"), kNow));
}

}  // namespace breakwatch
