// What people enter reaches the engine once a run, each entering of it, whatever the store does meanwhile.
#include "app/mention_desk.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <thread>

#include "support/temporary_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const Timestamp kNow = *parse_rfc3339("2026-11-27T10:04:30Z");

class Desk {
  public:
    Desk()
    {
        auto opened = open_store(folder_.path(), {}, key_);
        REQUIRE(opened);
        store_.emplace(main_, std::move(*opened), StoreThread::Handlers{[] {}, [](const auto&) {}, [] {}});
        desk_.emplace(main_, *store_, [this](const Mention& mention) {
            told_.push_back(mention.reference + (mention.withdrawn ? " back" : "") + " " + mention.platform);
        });
    }

    void enter(const std::string& reference, const std::string& platform, bool withdrawn = false) const
    {
        Mention mention{"", reference, platform, kNow, {}, "", withdrawn};
        auto file = CaseFile::open(folder_.path());
        REQUIRE(file);
        REQUIRE(file->enter_mention(mention, {"alice", "case 311", kNow}));
    }
    // What a look brings, once the store has answered.
    std::vector<std::string> look()
    {
        told_.clear();
        for (int again = 0; again < 3; ++again) desk_->look();  // the store is asked once
        bool answered = false;
        store_->with_store([&](Store&) { boost::asio::post(main_, [&] { answered = true; }); });
        while (!answered) {
            main_.restart();
            main_.run();
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return told_;
    }

  private:
    TemporaryFolder folder_;
    std::shared_ptr<const IdentityKey> key_ =
        std::make_shared<const IdentityKey>(IdentityKey::from_material("a key for tests"));
    boost::asio::io_context main_;
    std::optional<StoreThread> store_;
    std::optional<MentionDesk> desk_;
    std::vector<std::string> told_;
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("what is entered is told once, in order; entered again or taken back it is told again")
{
    Desk desk;
    CHECK(desk.look().empty());
    desk.enter("C-17", "x");
    desk.enter("C-18", "instagram");
    CHECK(desk.look() == Told{"C-17 x", "C-18 instagram"});
    CHECK(desk.look().empty());
    desk.enter("C-17", "facebook");
    CHECK(desk.look() == Told{"C-17 facebook"});
    desk.enter("C-18", "", true);
    CHECK(desk.look() == Told{"C-18 back instagram"});
    CHECK(desk.look().empty());
}
