// `breakwatch who` and `duty` on a journal that a store keeps.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "cli/duty_command.hpp"
#include "cli/who_command.hpp"
#include "store/store.hpp"

using namespace breakwatch;

namespace {

Timestamp at(const std::string& clock)
{
    return *parse_rfc3339("2026-11-23T" + clock + ":00Z");
}

class Journal {
  public:
    Journal()
    {
        char name[] = "/tmp/breakwatch-journal-XXXXXX";
        path_ = ::mkdtemp(name);
        key_ = std::make_shared<const IdentityKey>(IdentityKey::open_or_make(path_ / "identity.key").value());
        store_ = open_store(path_, {"siem"}, key_).value();
    }
    ~Journal() { std::filesystem::remove_all(path_); }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    void keep(const std::vector<JournalRecord>& records, const std::vector<std::string>& staff = {"s1001", "s1002"},
              Timestamp forget_before = Timestamp::min())
    {
        JournalUpdate update;
        for (const auto& record : records) update.rows.push_back(seal(record, at("12:00"), *key_));
        for (const auto& each : staff) update.owners.push_back(key_->pseudonym(StaffId{each}).value);
        update.forget_before = forget_before;
        CHECK(store_->keep_journal(update));
    }
    Outcome who(const std::string& what, const std::string& clock, bool json = false) const
    {
        return run_who({path_, what, "2026-11-23T" + clock + "Z", "incident review", json});
    }
    Outcome duty(const std::string& staff, const std::string& clock) const
    {
        return run_duty({path_, staff, "2026-11-23T" + clock + "Z", "incident review", false});
    }
    std::vector<AuditEntry> audit() const { return CaseFile::open(path_)->audit().value(); }
    bool holds(const std::string& text) const
    {
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            std::ifstream in(entry.path(), std::ios::binary);
            std::ostringstream content;
            content << in.rdbuf();
            if (content.str().find(text) != std::string::npos) return true;
        }
        return false;
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    std::shared_ptr<const IdentityKey> key_;
    std::unique_ptr<Store> store_;
};

Binding binding(const std::string& staff, const std::string& from, const std::optional<std::string>& to)
{
    return {{staff},
            *parse_mac("02:1a:10:00:10:01"),
            *parse_ip("10.77.20.31"),
            at(from),
            to ? std::optional(at(*to)) : std::nullopt,
            Grade::medium,
            "break-area",
            "enrolled MAC, DHCP lease of " + from + ":00Z",
            {}};
}

JournalDuty shift(const std::string& staff, const std::string& from, const std::string& to)
{
    return {{{staff}, at(from), at(to), DutyActivity::shift, "hq"}, false};
}

JournalPerson person(const std::string& staff, const std::vector<std::string>& names, const std::string& mac)
{
    return {{staff}, {*parse_mac(mac)}, names, {}, {}};
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("who answers as of then, by address and by MAC, with grade and reason")
{
    Journal journal;
    journal.keep({binding("s1001", "09:00", "10:00"), binding("s1002", "10:00", std::nullopt)});
    CHECK(contains(journal.who("10.77.20.31", "09:30:00").out, "s1001"));
    CHECK(contains(journal.who("02:1A:10:00:10:01", "09:30:00").out, "DHCP lease of 09:00:00Z"));
    const auto later = journal.who("10.77.20.31", "11:00:00", true);
    CHECK(later.exit_code == tool_success);
    CHECK(contains(later.out, R"("staff":"s1002")"));
    CHECK(contains(later.out, R"("to":null)"));
    CHECK(journal.who("10.77.20.31", "08:59:59").exit_code == tool_not_found);
    CHECK(journal.who("10.77.20.99", "09:30:00").exit_code == tool_not_found);
}

TEST_CASE("two people at once: both are shown, and that it names nobody")
{
    Journal journal;
    journal.keep({binding("s1001", "09:00", "10:00"), binding("s1002", "09:30", "10:00")});
    CHECK(contains(journal.who("10.77.20.31", "09:45:00").out, "Ambiguous"));
}

TEST_CASE("duty answers as of then, with its source")
{
    Journal journal;
    auto logins = shift("s1002", "09:00", "12:00");
    logins.from_call_system = true;
    journal.keep({shift("s1001", "09:00", "17:00"), logins});
    CHECK(contains(journal.duty("s1001", "09:30:00").out, "s1001 was on duty"));
    CHECK(contains(journal.duty("s1002", "09:30:00").out, "call system"));
    CHECK(journal.duty("s1002", "12:00:00").exit_code == tool_not_found);
}

TEST_CASE("a person may be asked for by any name, device or address")
{
    Journal journal;
    journal.keep({binding("s1001", "09:00", "10:00"), shift("s1001", "09:00", "17:00"),
                  shift("s1002", "09:00", "17:00"),
                  person("s1001", {"Tanaka Yuki", "ytanaka", "y.tanaka@example.jp"}, "02:1a:10:00:10:01"),
                  person("s1002", {"Sato"}, "02:1a:10:00:10:02")});
    for (const auto* name :
         {"s1001", "S1001", "tanaka yuki", " Tanaka Yuki ", "YTANAKA", "CORP\\ytanaka", "ytanaka@corp.example",
          "Y.Tanaka@Example.JP", "02-1A-10-00-10-01", "021a.1000.1001", "10.77.20.31"}) {
        CAPTURE(name);
        CHECK(contains(journal.duty(name, "09:30:00").out, "s1001 was on duty"));
        CHECK(contains(journal.who(name, "09:30:00").out, "s1001"));
    }
    CHECK(contains(journal.who("sato", "09:30:00").out, "No record: 'sato' is enrolled (s1002)"));
    CHECK(contains(journal.who("02:1a:10:00:10:02", "09:30:00").out, "No record"));
    CHECK(contains(journal.who("suzuki", "09:30:00").out, "Not enrolled"));
    CHECK(contains(journal.who("02:1a:10:00:10:03", "09:30:00").out, "Not enrolled"));
    CHECK(contains(journal.duty("suzuki", "09:30:00").out, "Not enrolled"));
    CHECK(contains(journal.duty("10.77.20.99", "09:30:00").out, "No record"));
    CHECK(contains(journal.who("sato", "08:30:00").out, "does not reach back"));
}

TEST_CASE("a name of two people is ambiguous, and names nobody")
{
    Journal journal;
    journal.keep({shift("s1001", "09:00", "17:00"), person("s1001", {"Sato"}, "02:1a:10:00:10:01"),
                  person("s1002", {"sato"}, "02:1a:10:00:10:02")});
    const auto answer = journal.duty("SATO", "09:30:00");
    CHECK(answer.exit_code == tool_not_found);
    CHECK(contains(answer.out, "Ambiguous: 'SATO' may be s1001, s1002"));
    CHECK(contains(journal.who("SATO", "09:30:00").out, "Ambiguous"));
}

TEST_CASE("not on duty is said only where the roster tells of before and after; else it is unknown")
{
    Journal journal;
    auto covered = person("s1001", {}, "02:1a:10:00:10:01");
    covered.planned_from = at("05:00");
    covered.planned_until = at("17:00");
    journal.keep({shift("s1001", "05:00", "07:00"), shift("s1001", "09:00", "17:00"), covered,
                  person("s1002", {}, "02:1a:10:00:10:02")});
    CHECK(contains(journal.duty("s1001", "08:00:00").out, "s1001 was not on duty"));
    CHECK(contains(journal.duty("s1001", "18:00:00").out, "s1001: unknown. The roster tells of this person from"));
    CHECK(contains(journal.duty("s1001", "04:00:00").out, "unknown"));
    CHECK_FALSE(contains(journal.duty("s1001", "18:00:00").out, "a day off"));
    CHECK(contains(journal.duty("s1002", "08:00:00").out, "s1002: unknown. Enrolled, but no row of the roster"));
    for (const auto* clock : {"08:00:00", "18:00:00"}) CHECK(journal.duty("s1001", clock).exit_code == tool_not_found);
    CHECK(journal.audit().back().subject.starts_with("p-"));
}

TEST_CASE("after somebody's last shift, that the roster goes on for others is said, and concludes nothing")
{
    Journal journal;
    auto ended = person("s1001", {}, "02:1a:10:00:10:01");
    ended.planned_from = at("05:00");
    ended.planned_until = at("09:00");
    auto goes_on = person("s1002", {}, "02:1a:10:00:10:02");
    goes_on.planned_from = at("05:00");
    goes_on.planned_until = at("20:00");
    journal.keep({shift("s1001", "05:00", "09:00"), shift("s1002", "05:00", "20:00"), ended, goes_on});
    CHECK(contains(journal.duty("s1001", "18:00:00").out, "s1001: unknown."));
    CHECK(contains(journal.duty("s1001", "18:00:00").out, "of others it does: this may be a day off"));
    CHECK_FALSE(contains(journal.duty("s1001", "21:00:00").out, "a day off"));
}

TEST_CASE("each question is on record before it is answered, without naming anybody, those with no answer too")
{
    Journal journal;
    journal.keep({binding("s1001", "09:00", "10:00")});
    journal.who("10.77.20.31", "09:30:00");
    journal.who("10.77.20.31", "11:30:00");
    journal.duty("s1001", "09:30:00");
    const auto audit = journal.audit();
    REQUIRE(audit.size() == 3);
    CHECK(audit[0].action == "who-asked");
    CHECK(audit[0].reason == "incident review");
    CHECK(audit[0].subject.starts_with("p-"));
    CHECK(audit[1].subject == "nobody");
    CHECK(audit[2].action == "duty-asked");
    CHECK(CaseFile::open(journal.path())->verify()->wrong.empty());
}

TEST_CASE("without a reason, a time or a key there is no answer")
{
    Journal journal;
    journal.keep({binding("s1001", "09:00", "10:00")});
    CHECK(run_who({journal.path(), "10.77.20.31", "2026-11-23T09:30:00Z", "", false}).exit_code == tool_usage);
    CHECK(run_who({journal.path(), "10.77.20.31", "half past nine", "why", false}).exit_code == tool_usage);
    CHECK(run_who({journal.path(), "Anna", "2026-11-23T09:30:00Z", "two\nlines", false}).exit_code == tool_usage);
    std::filesystem::remove(journal.path() / "identity.key");
    CHECK(journal.who("10.77.20.31", "09:30:00").exit_code == tool_failure);
}

TEST_CASE("the journal lies sealed, replaces what it is told anew, forgets after its retention and with a withdrawal")
{
    Journal journal;
    journal.keep({binding("s1001", "09:00", std::nullopt), binding("s1002", "09:10", "09:20")});
    CHECK_FALSE(journal.holds("s1001"));
    CHECK_FALSE(journal.holds("10.77.20.31"));
    CHECK_FALSE(journal.holds("02:1a:10:00:10:01"));
    journal.keep({binding("s1001", "09:00", "09:40")});
    CHECK(journal.who("10.77.20.31", "09:50:00").exit_code == tool_not_found);
    CHECK(journal.who("10.77.20.31", "09:15:00").exit_code == tool_success);
    journal.keep({}, {"s1001", "s1002"}, at("09:30"));
    CHECK_FALSE(contains(journal.who("10.77.20.31", "09:15:00").out, "s1002"));
    journal.keep({}, {"s1002"});
    CHECK(journal.who("10.77.20.31", "09:15:00").exit_code == tool_not_found);
}
