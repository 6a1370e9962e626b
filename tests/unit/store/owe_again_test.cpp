#include "store/owe_again.hpp"

#include <doctest/doctest.h>

#include "policy/event_catalogue.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;
using test::TemporaryFolder;

namespace {

Timestamp at(int second)
{
    return Timestamp{std::chrono::seconds{1'795'453'000 + second}};
}

std::vector<std::uint64_t> numbers(Store& store, const std::string& sink)
{
    std::vector<std::uint64_t> all;
    const auto owed = store.owed(sink, 100).value();
    for (const auto& alert : owed) all.push_back(alert.sequence);
    return all;
}

}  // namespace

TEST_CASE("a sink is owed its alerts from a moment on again, by their numbers, the others only the word of it")
{
    const TemporaryFolder folder;
    auto store = open_store(folder.path(), {"siem", "archive"},
                            std::make_shared<const IdentityKey>(IdentityKey::from_material("key")))
                     .value();
    for (int i = 1; i <= 4; ++i)
        REQUIRE(store->record(ReportHealth{event::kRefused.code, Severity::notice, "part", "text", at(i)}));
    const std::vector<SequenceRange> all{{1, 4}};
    REQUIRE(store->delivered("siem", all));
    REQUIRE(store->delivered("archive", std::vector<SequenceRange>{{1, 3}}));

    CHECK(owe_again(folder.path(), "siem", at(3), {"alice", "receiver restored", at(9)}) == 2U);
    CHECK(numbers(*store, "siem") == std::vector<std::uint64_t>{3, 4, 5});
    CHECK(numbers(*store, "archive") == std::vector<std::uint64_t>{4, 5});
    CHECK(owe_again(folder.path(), "siem", at(3), {"alice", "once more", at(9)}) == 0U);

    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto audit = file->audit().value();
    REQUIRE(audit.size() == 2);
    CHECK(audit[0].action == "alerts-replayed");
    CHECK(audit[0].subject == "syslog:siem");
    CHECK(audit[0].reason == "receiver restored");
    CHECK(file->verify()->wrong.empty());
}

TEST_CASE("a sink that is none is refused with those there are, and nothing is recorded")
{
    const TemporaryFolder folder;
    auto store = open_store(folder.path(), {"siem", "archive"},
                            std::make_shared<const IdentityKey>(IdentityKey::from_material("key")))
                     .value();
    CHECK(owe_again(folder.path(), "sime", at(0), {"alice", "r", at(9)}).error() ==
          "no sink 'sime'; expected one that the daemon was last started with: archive, siem");
    CHECK(store->last_sequence() == 0);
    CHECK_FALSE(owe_again(folder / "none", "siem", at(0), {"alice", "r", at(9)}));
}
