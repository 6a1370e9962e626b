// The store as it is: store.cpp keeps incidents and what sinks are owed, sqlite_memory.cpp what a restart would lose,
// sqlite_mentions.cpp posts that somebody saw.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/database.hpp"
#include "store/due_book.hpp"
#include "store/epoch.hpp"
#include "store/store.hpp"
#include "store/verdict_table.hpp"

namespace breakwatch {

class SqliteStore final : public Store {
  public:
    SqliteStore(Database database, std::shared_ptr<const IdentityKey> key, std::shared_ptr<const ChainKey> signing = {},
                std::vector<Opener> openers = {})
        : database_(std::move(database)),
          key_(std::move(key)),
          signing_(std::move(signing)),
          openers_(std::move(openers))
    {}

    // Before anything else: the tables, the key's owner, the sinks of today.
    [[nodiscard]] std::expected<void, std::string> prepare(const std::vector<std::string>& sinks);
    [[nodiscard]] std::expected<void, std::string> settle(const std::filesystem::path& directory);

    std::expected<std::uint64_t, std::string> record(const RecordIncident& effect) override;
    std::expected<std::uint64_t, std::string> record(const ReportHealth& effect) override;
    std::expected<std::uint64_t, std::string> record(const RecordMention& effect) override;
    std::expected<std::vector<EnteredMention>, std::string> entered_mentions(
        std::uint64_t after, const std::function<void(const std::string&)>& spoilt) override;
    using Store::delivered;
    using Store::owed;
    std::expected<std::vector<Alert>, std::string> owed(const std::string& sink, std::size_t limit,
                                                        std::uint64_t after) override;
    std::expected<std::vector<Alert>, std::string> told_after(std::uint64_t after, std::size_t limit) override;
    [[nodiscard]] std::expected<void, std::string> delivered(const std::string& sink,
                                                             std::span<const SequenceRange> ranges) override;
    std::uint64_t last_sequence() override;
    std::string epoch() override;
    std::size_t backlog(const std::string& sink) override;
    [[nodiscard]] std::expected<void, std::string> sign(Timestamp now) override;
    std::string head() override;
    std::expected<std::vector<StoredIncident>, std::string> incidents_since(
        Timestamp since, const std::function<void(const std::string&)>& spoilt) override;
    std::expected<std::size_t, std::string> purge(Timestamp older_than, Timestamp now) override;
    std::expected<std::size_t, std::string> count_older(Timestamp older_than) override;
    std::expected<std::vector<RuleVerdicts>, std::string> verdicts() override { return count_verdicts(database_); }
    std::expected<std::size_t, std::string> tell_verdicts(Timestamp now) override
    {
        return tell_figures(database_, now);
    }
    std::expected<std::size_t, std::string> tell_due(const DueClock& clock, Timestamp now) override
    {
        return due_.tell(database_, clock, now);
    }
    [[nodiscard]] std::expected<void, std::string> keep_journal(const JournalUpdate& update) override;

    std::expected<std::size_t, std::string> keep_memory(const MemoryUpdate& update) override;
    std::expected<std::vector<Memory>, std::string> memory(
        const std::vector<std::string>& owners, const std::function<void(const std::string&)>& spoilt) override;
    [[nodiscard]] std::expected<void, std::string> tidy_memory(Timestamp now,
                                                               const std::vector<std::string>& owners) override;
    [[nodiscard]] std::expected<void, std::string> forget_memory() override
    {
        return database_.execute("DELETE FROM memory");
    }

  private:
    [[nodiscard]] std::expected<void, std::string> forget_of_others(const char* table,
                                                                    const std::vector<std::string>& owners);
    std::expected<std::size_t, std::string> make_room_in_memory();
    std::expected<std::vector<Alert>, std::string> read_alerts(Statement query);
    [[nodiscard]] std::expected<void, std::string> check_key();
    [[nodiscard]] std::expected<void, std::string> set_sinks(const std::vector<std::string>& sinks);
    struct Known {
        std::uint64_t sequence;
        std::string evidence;
    };
    std::expected<std::optional<Known>, std::string> recorded(const Incident& incident);
    std::expected<std::uint32_t, std::string> next_revision(const Incident& incident);
    std::expected<bool, std::string> has_older(Timestamp older_than);
    std::expected<bool, std::string> was_told(const Incident& incident);
    [[nodiscard]] std::expected<void, std::string> put_incident(const RecordIncident& effect, std::uint64_t sequence);

    struct KnownMention;
    std::expected<std::optional<KnownMention>, std::string> known_mention(const Mention& mention);
    bool nothing_new(const KnownMention& known, const MentionAnswer& answer) const;
    [[nodiscard]] std::expected<void, std::string> put_answer(const MentionAnswer& answer, const std::string& evidence,
                                                              std::uint64_t sequence);
    [[nodiscard]] std::expected<void, std::string> purge_mentions(Timestamp older_than);

    Database database_;
    DueBook due_;
    HandedOut handed_out_;
    std::shared_ptr<const IdentityKey> key_;
    std::shared_ptr<const ChainKey> signing_;  // none: nothing is signed
    std::vector<Opener> openers_;
};

}  // namespace breakwatch
