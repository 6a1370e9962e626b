// What people found reaches the status of the running daemon, and once a day the SIEM.
#include "app/verdict_desk.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <thread>

#include "support/temporary_folder.hpp"
#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const Timestamp kMorning = *parse_rfc3339("2026-11-24T09:00:00Z");

class VerdictsSeen {
  public:
    VerdictsSeen()
    {
        auto opened = open_store(folder_.path(), {"siem"}, key_);
        REQUIRE(opened);
        store_.emplace(main_, std::move(*opened), StoreThread::Handlers{[] {}, [](const auto&) {}, [] {}});
        desk_.emplace(main_, *store_);
        store_->record(RecordIncident{told_incident(), StaffId{"s1001"}});
    }
    void give(Verdict verdict, Timestamp at) const
    {
        auto file = CaseFile::open(folder_.path());
        REQUIRE(file);
        REQUIRE(file->give_verdict(told_incident().id, verdict, "", "alice", at));
    }
    // How many alerts a look leaves owed, once the store has answered.
    std::size_t look(Timestamp now)
    {
        for (int again = 0; again < 3; ++again) desk_->look(now);
        std::size_t owed = 0;
        bool answered = false;
        store_->with_store([&](Store& store) {
            boost::asio::post(main_, [&, count = store.backlog("siem")] {
                owed = count;
                answered = true;
            });
        });
        while (!answered) {
            main_.restart();
            main_.run();
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return owed;
    }
    const std::vector<RuleVerdicts>& figures() const { return desk_->figures(); }

  private:
    TemporaryFolder folder_;
    std::shared_ptr<const IdentityKey> key_ =
        std::make_shared<const IdentityKey>(IdentityKey::from_material("a key for tests"));
    boost::asio::io_context main_;
    std::optional<StoreThread> store_;
    std::optional<VerdictDesk> desk_;
};

}  // namespace

TEST_CASE("a verdict is in the figures at the next look, and told on the next day, once")
{
    VerdictsSeen seen;
    CHECK(seen.look(kMorning) == 1);  // the incident's own
    CHECK(seen.figures().empty());
    seen.give(Verdict::confirmed, kMorning);
    CHECK(seen.look(kMorning) == 2);  // the audit's
    REQUIRE(seen.figures().size() == 1);
    CHECK(seen.figures()[0].all.confirmed == 1);
    const auto next = kMorning + std::chrono::hours{24};
    CHECK(seen.look(next) == 3);
    CHECK(seen.look(next) == 3);
    seen.give(Verdict::false_alarm, next);
    CHECK(seen.look(next) == 4);
    CHECK(seen.figures()[0].all.confirmed == 0);
    CHECK(seen.figures()[0].all.false_alarms == 1);
}
