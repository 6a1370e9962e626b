// The walk of two people to a name, as it is typed: on the sensor, and with files carried between machines.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "store/opener.hpp"
#include "unit/cli/state_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr const char* kPassphrase = "five words drawn by lot";

class TwoOpeners : public StateFolder {
  public:
    TwoOpeners()
    {
        put("passphrase", std::string(kPassphrase) + "\n");
        std::vector<Opener> openers;
        for (const std::string name : {"anna", "bob"}) {
            const auto secret = OpenerSecret::make();
            put(name + ".key", secret.lock(kPassphrase, {1, 8192}));
            openers.push_back({name, to_string(secret.key())});
        }
        auto key = std::make_shared<const IdentityKey>(IdentityKey::open(path() / "identity.key").value());
        CHECK(open_store(path(), {"siem"}, key, {}, openers)
                  .value()
                  ->record(RecordIncident{incident(), StaffId{kStaff}}));
    }
    void put(const std::string& name, const std::string& content) const { std::ofstream(path() / name) << content; }
    std::string at(const std::string& name) const { return (path() / name).string(); }
    Outcome run(std::vector<std::string> words) const
    {
        words.insert(words.end(), {"--state", path().string()});
        return tool(words);
    }
    Outcome approve(const std::string& what, const std::string& who, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> words{"approve",       what, "--opener", at(who + ".key"), "--passphrase-file",
                                       at("passphrase")};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
};

}  // namespace

TEST_CASE("on the sensor two openers approve, and then the name is told; one alone is refused in words")
{
    const TwoOpeners state;
    const auto alone = state.run({"show", kId, "--staff", "--reason", "complaint"});
    CHECK(alone.exit_code == tool_failure);
    CHECK(contains(alone.err, "is sealed to anna and bob, of whom two have to approve; `breakwatch ask"));
    CHECK(state.run({"ask", kId}).exit_code == tool_usage);
    CHECK(state.run({"ask", "bw-none", "--reason", "complaint"}).exit_code == tool_not_found);
    CHECK(contains(state.approve(kId, "anna").err, "nobody asks to open"));
    CHECK(contains(state.run({"ask", kId, "--reason", "complaint"}).out, "Two of anna, bob have to approve"));
    const auto approved = state.approve(kId, "anna");
    CHECK(approved.exit_code == tool_success);
    CHECK(contains(approved.out, "reason: complaint"));
    CHECK(contains(state.run({"open", kId}).err, "only anna approved"));
    CHECK(contains(state.approve(kId, "anna").err, "approved of request"));
    CHECK(state.approve(kId, "bob").exit_code == tool_success);
    const auto opened = state.run({"open", kId});
    CHECK(opened.exit_code == tool_success);
    CHECK(contains(opened.out, kStaff));
    const auto audit = state.run({"audit"}).out;
    CHECK(contains(audit, "identity-opened, approved by anna and bob"));
    CHECK(!contains(audit, kStaff));
    CHECK(contains(state.run({"show", kId}).out, "identity-approved, approved by bob"));
}

TEST_CASE("a request is carried to openers elsewhere, and their approvals back")
{
    const TwoOpeners state;
    const auto request = state.at("request");
    REQUIRE(state.run({"ask", kId, "--reason", "complaint", "-o", request}).exit_code == tool_success);
    CHECK(state.approve(request, "anna").exit_code == tool_usage);  // where to, is not said
    for (const std::string who : {"anna", "bob"})
        CHECK(state.approve(request, who, {"-o", state.at(who + ".approval")}).exit_code == tool_success);
    state.put("passphrase", "another one, and wrong\n");
    CHECK(contains(state.approve(request, "bob", {"-o", state.at("none")}).err, "the passphrase is wrong"));
    CHECK(contains(state.run({"open", kId, "--with", request}).err, "is no opening-approval of breakwatch"));
    CHECK(
        contains(state.run({"open", kId, "--with", state.at("anna.approval"), "--with", state.at("anna.approval")}).err,
                 "approved of request"));
    CHECK(contains(state.run({"open", kId, "--with", state.at("bob.approval")}).out, kStaff));
}

TEST_CASE("an opener's key is made anywhere, for its owner alone, and never over another")
{
    const TwoOpeners state;
    const auto file = state.at("carol.key");
    const std::vector<std::string> make{
        "opener", "make", "-o", file, "--name", "carol", "--passphrase-file", state.at("passphrase")};
    const auto made = tool(make);
    REQUIRE(made.exit_code == tool_success);
    CHECK(made.out.starts_with("  - {name: carol, key: bwo1-"));
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    const auto secret = OpenerSecret::unlock(content_of(file), kPassphrase);
    REQUIRE(secret);
    CHECK(contains(made.out, to_string(secret->key())));
    CHECK(contains(tool(make).err, "is there already"));
    state.put("passphrase", "short\n");
    std::filesystem::remove(file);
    CHECK(contains(tool(make).err, "expected at least 12"));
    CHECK(!std::filesystem::exists(file));
}
