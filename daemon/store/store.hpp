// What must not be lost: incidents, sealed identities, the audit trail, and what each sink is owed.
// SQLite in WAL mode with synchronous=FULL. Belongs to one thread at a time (the store thread, or
// the replay thread); nothing here is locked. The operator's tool opens the same file read-mostly.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/effect.hpp"
#include "policy/incident/due.hpp"
#include "policy/incident/incident.hpp"
#include "store/alert.hpp"
#include "store/chain_head.hpp"
#include "store/identity_key.hpp"
#include "store/journal.hpp"
#include "store/memory_row.hpp"
#include "store/mention_row.hpp"
#include "store/opening.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

struct StoredIncident {
    Incident incident;
    StaffId staff;  // "": only openers can tell
};

struct AuditEntry {
    Timestamp at;
    std::string who;           // operating-system user
    std::string action;        // "identity-opened", "state:triaged", "verdict", "device-watched", "samples-sent", ...
    std::string subject;       // incident id, mention, or pseudonyms
    std::string reason;        // of a verdict: the ticket's reference, if any
    std::string verdict = {};  // of a state or verdict: name(Verdict), or kNoVerdict; "" says nothing of it
    std::string openers = {};  // of an identity: who approved; "" nobody was asked to
};

// How far people have got with an incident.
struct Progress {
    IncidentState state = IncidentState::detected;
    std::optional<Verdict> verdict;
};

// Who asks for something that is recorded, and why.
struct OpeningRequest {
    std::string who;
    std::string reason;
    Timestamp at;
};

// A question about a complaint, and what it came to: for the audit trail.
struct LookupTold {
    std::string platform;
    Timestamp from;
    Timestamp to;
    std::size_t exchanges = 0;
    std::size_t people = 0;
    std::vector<Pseudonym> shown;  // who is in the answer: for the audit trail alone
};

// Something that took sight away: a feed or capture down, a mirror that shows too little, a full table.
struct Trouble {
    std::string part;
    std::string text;
    Timestamp from;
    std::optional<Timestamp> until;  // none: not over by the time that is asked about
};

struct Verification {
    std::uint64_t alerts = 0;  // looked at
    std::uint64_t first = 0;   // sequence numbers of those
    std::uint64_t last = 0;
    std::string head;                // hash of the last, in hex: what to compare with a copy kept elsewhere
    std::vector<std::string> wrong;  // in words; empty: nothing was changed, nothing is missing

    std::string key;              // public, in hex, that heads are signed with; "" none: nothing was ever signed here
    std::size_t heads = 0;        // signed, kept in the store
    std::uint64_t signed_to = 0;  // the last alert under a head that is signed and fits
    Timestamp signed_at;
    std::size_t outside = 0;         // heads that were kept outside, looked at
    std::size_t outside_equal = 0;   // that the store has, too
    std::uint64_t outside_last = 0;  // the last alert under one of those
};

// What the chain is held against besides itself.
struct VerifyAgainst {
    std::optional<ChainPublicKey> key = {};  // none: chain.pub beside the database
    // Heads that somebody else kept, the next one each time; empty: none are asked for.
    std::function<std::optional<SignedHead>()> heads = {};
};

// One alert about an incident, as it stands in the chain.
struct EvidenceEntry {
    std::uint64_t sequence = 0;
    std::string code;
    std::optional<std::uint32_t> revision;  // none: an audit entry
    Timestamp at;
    std::string text;    // "" once the retention took it away
    std::string digest;  // hex: of what it says
    std::string hash;    // hex: of that and of everything before it
};

struct SiteFacts;

struct DueToldItem {
    DueItem item;
    std::uint64_t told = 0;  // number of the last reminder; 0: none yet
};

class Store {
  public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    // One transaction: the incident (new or revised), its sealed staff id, and an outbox row for every
    // sink, all with the next sequence number, which is returned. The same incident revision again is
    // a no-op that returns the old number; one that says something else is stored as the next revision.
    // One that is held is owed to no sink; what has been told once is not held again, whatever the effect says.
    virtual std::expected<std::uint64_t, std::string> record(const RecordIncident& effect) = 0;
    virtual std::expected<std::uint64_t, std::string> record(const ReportHealth& effect) = 0;
    // The mention, what is known of it with its people sealed, and its alert; numbered on from what is stored. A no-op
    // that returns the number of its last alert: the same answer again, whenever given; an answer to what somebody has
    // replaced meanwhile; that the record does not reach back, where it did.
    virtual std::expected<std::uint64_t, std::string> record(const RecordMention& effect) = 0;
    // Those that people entered after `after`, in that order: one that is entered again, or taken back, comes again.
    // One that cannot be read back is left out and given to `spoilt` in words.
    virtual std::expected<std::vector<EnteredMention>, std::string> entered_mentions(
        std::uint64_t after, const std::function<void(const std::string&)>& spoilt = {}) = 0;

    // The first alerts after a sequence number that `sink` is not known to have, in order.
    virtual std::expected<std::vector<Alert>, std::string> owed(const std::string& sink, std::size_t limit,
                                                                std::uint64_t after) = 0;
    std::expected<std::vector<Alert>, std::string> owed(const std::string& sink, std::size_t limit)
    {
        return owed(sink, limit, 0);
    }
    // The first alerts after a sequence number that any sink was owed.
    virtual std::expected<std::vector<Alert>, std::string> told_after(std::uint64_t /*after*/, std::size_t /*limit*/)
    {
        return std::vector<Alert>{};
    }
    // One transaction: `sink` has all of these.
    [[nodiscard]] virtual std::expected<void, std::string> delivered(const std::string& sink,
                                                                     std::span<const SequenceRange> ranges) = 0;
    [[nodiscard]] std::expected<void, std::string> delivered(const std::string& sink, std::uint64_t sequence)
    {
        const SequenceRange one{sequence, sequence};
        return delivered(sink, {&one, 1});
    }
    virtual std::uint64_t last_sequence() = 0;  // of those that sinks were owed
    virtual std::string epoch() { return ""; }  // of the numbers that are given now; "" of a store in memory
    virtual std::size_t backlog(const std::string& sink) = 0;

    // One transaction: the head of all that is recorded, signed and kept. Nothing where no key signs, or it was done.
    [[nodiscard]] virtual std::expected<void, std::string> sign(Timestamp now) = 0;
    // That head as a word (store/chain_head.hpp), for those who keep it outside. "": no key signs, or nothing is
    // recorded.
    virtual std::string head() = 0;

    // Incidents touched at or after `since`, oldest first. One that cannot be read back is left out and given to
    // `spoilt` in words.
    virtual std::expected<std::vector<StoredIncident>, std::string> incidents_since(
        Timestamp since, const std::function<void(const std::string&)>& spoilt = {}) = 0;
    // Deletes incidents with identities and verdicts, mentions, alerts and audit rows older than the retention; how
    // many incidents went. What went stands in the chain, and every sink is told. Where nothing but alerts is older,
    // they go together, a day's at a time.
    virtual std::expected<std::size_t, std::string> purge(Timestamp older_than, Timestamp now) = 0;
    // How many incidents such a purge would take.
    virtual std::expected<std::size_t, std::string> count_older(Timestamp older_than) = 0;

    // One transaction: a reminder (BW-5001) of each due time whose next one has come by `now`, the last where several
    // have, each once for ever; how many. `clock`: what the configuration says.
    virtual std::expected<std::size_t, std::string> tell_due(const DueClock& clock, Timestamp now) = 0;

    // How often each rule was right, by the verdicts in force.
    virtual std::expected<std::vector<RuleVerdicts>, std::string> verdicts() = 0;
    // One transaction: an alert with its figures for each rule and platform whose verdicts changed on a day (UTC)
    // before `now`'s and were not told since; how many. On one day once.
    virtual std::expected<std::size_t, std::string> tell_verdicts(Timestamp now) = 0;
    // One transaction: rows put or replaced; those of other owners and of before the retention deleted.
    [[nodiscard]] virtual std::expected<void, std::string> keep_journal(const JournalUpdate& update) = 0;

    // At most so many rows; of more, those that would be asked for the shortest time go.
    static constexpr std::size_t kMostMemory = 1'000'000;
    // One transaction. How many rows had to go for want of room.
    virtual std::expected<std::size_t, std::string> keep_memory(const MemoryUpdate& update) = 0;
    // Rows of nobody's, or of `owners`, in the order kept. One that cannot be read back is left out and given to
    // `spoilt`.
    virtual std::expected<std::vector<Memory>, std::string> memory(
        const std::vector<std::string>& owners, const std::function<void(const std::string&)>& spoilt) = 0;
    // Deletes rows that nothing asks for any more by `now`, and those of others than `owners`; of incidents sealed to
    // openers what the identity key can open, once nothing can extend them; requests for openings that ended.
    [[nodiscard]] virtual std::expected<void, std::string> tidy_memory(Timestamp now,
                                                                       const std::vector<std::string>& owners) = 0;
    // All of it: of a clock that was wrong.
    [[nodiscard]] virtual std::expected<void, std::string> forget_memory() = 0;
};

// Creates or migrates the database `directory`/breakwatch.db. `sinks`: names of all configured sinks;
// each alert from now on is owed to each of them, and carries the head of the chain, signed with `signing`. A database
// of another key is refused. Without a key to sign with nothing is signed. `openers`: to whom incidents from now on are
// sealed, with good keys; none: to the key alone.
std::expected<std::unique_ptr<Store>, std::string> open_store(const std::filesystem::path& directory,
                                                              const std::vector<std::string>& sinks,
                                                              std::shared_ptr<const IdentityKey> key,
                                                              std::shared_ptr<const ChainKey> signing = {},
                                                              std::vector<Opener> openers = {});
// The same, gone with the object.
std::unique_ptr<Store> make_memory_store(const std::vector<std::string>& sinks, std::shared_ptr<const IdentityKey> key);

// What the operator's tool asks of the same file, while the daemon runs or not. Needs no key, and
// changes nothing but the audit trail.
class CaseFile {
  public:
    static std::expected<CaseFile, std::string> open(const std::filesystem::path& directory);
    ~CaseFile();
    CaseFile(CaseFile&&) noexcept;
    CaseFile& operator=(CaseFile&&) noexcept;

    // Oldest first, each in its last revision, in the state that somebody set last.
    std::expected<std::vector<Incident>, std::string> incidents() const;
    // Those that incidents() leaves out because they cannot be read back: which, and why, in words.
    std::vector<std::string> spoilt() const;
    // None: no such incident.
    std::expected<std::optional<Incident>, std::string> incident(const std::string& id) const;
    // Where an incident has got to; recorded with the reason and told to every sink. Forwards, except that a
    // closed one is reopened by setting it to an earlier state; a withdrawn incident stays so. No verdict: the
    // one before stays, and a reopened one has none. `untold`: why one that is no false alarm is closed without its
    // principal having been told, where the site has a due time for that: asked for then, and on record.
    [[nodiscard]] std::expected<void, std::string> set_state(const std::string& id, const Progress& to,
                                                             const OpeningRequest& request,
                                                             const std::string& untold = {});
    // Of an answer, on record and told to every sink; in place of one to the same role. Refused: one that is answered
    // or closed.
    [[nodiscard]] std::expected<void, std::string> make_promise(const std::string& id, const Promise& promise,
                                                                const OpeningRequest& request);
    // What is due by `clock` and by promises, first due first, with the number of the last reminder of each.
    std::expected<std::vector<DueToldItem>, std::string> due(const DueClock& clock) const;
    // What people set, the last of each incident.
    std::expected<std::map<std::string, Progress>, std::string> progress() const;
    // What an incident was found to be: recorded and told to every sink. In place of the verdict before, which is
    // returned and stays in the chain; the same again with the same reference is refused. `ticket`: see
    // is_ticket_reference(); "" none.
    std::expected<std::optional<Verdict>, std::string> give_verdict(const std::string& id, Verdict verdict,
                                                                    const std::string& ticket, const std::string& who,
                                                                    Timestamp at);
    // Those in force, by incident; and how often each rule was right by them.
    std::expected<std::map<std::string, GivenVerdict>, std::string> verdicts() const;
    std::expected<std::vector<RuleVerdicts>, std::string> verdict_figures() const;
    // Whom an incident is about: recorded, with the reason, before it is told. Refused for one sealed to openers.
    std::expected<StaffId, std::string> open_identity(const std::string& id, const OpeningRequest& request,
                                                      const IdentityKey& key);
    // To whom the daemon seals; empty: one person alone opens.
    std::vector<Opener> openers() const;
    // A request to two of the openers of an incident that is sealed to them: recorded and told.
    std::expected<OpeningAsk, std::string> ask_opening(const std::string& id, const OpeningRequest& request,
                                                       Timestamp until);
    // By its id, or the last about an incident.
    std::expected<OpeningAsk, std::string> opening_asked(const std::string& id) const;
    // An opener's word on a request that is here: checked, recorded, told. Of each opener once.
    [[nodiscard]] std::expected<void, std::string> bring_approval(const Approval& approval,
                                                                  const OpeningRequest& request);
    // Whom an incident is about, with the approval of two openers: recorded before it is told; ends the request.
    std::expected<StaffId, std::string> open_approved(const std::string& id, const std::string& who, Timestamp at,
                                                      const IdentityKey& key);
    // What `answer` takes out of the whole journal: recorded, with the reason, before it is told.
    using JournalAnswer = std::function<std::vector<JournalRecord>(std::vector<JournalRecord>&&)>;
    std::expected<std::vector<JournalRecord>, std::string> ask_journal(const JournalAnswer& answer,
                                                                       const std::string& action,
                                                                       const OpeningRequest& request,
                                                                       const IdentityKey& key);
    // A mention of source "operator", or, with `withdrawn`, taking back the one of that reference, whose other members
    // are then as stored: recorded and told to every sink. The same reference again replaces it and its answer. Without
    // a reference it gets one; returns the reference.
    std::expected<std::string, std::string> enter_mention(const Mention& mention, const OpeningRequest& request);
    // Oldest first. One that cannot be read back is left out: spoilt_mentions() names it.
    std::expected<std::vector<StoredMention>, std::string> mentions() const;
    std::vector<std::string> spoilt_mentions() const;
    // Whom it could have been, likeliest first: recorded, with the reason, before it is told.
    std::expected<std::vector<MentionCandidate>, std::string> open_mention(const std::string& source,
                                                                           const std::string& reference,
                                                                           const OpeningRequest& request,
                                                                           const IdentityKey& key);
    // What an engine kept for complaints and mentions, piece by piece; what cannot be read back is counted.
    std::expected<std::size_t, std::string> read_record(Timestamp since, const IdentityKey& key,
                                                        const std::function<void(Memory&&)>& take) const;
    // The whole journal, without a record of it: for answers that count, and name nobody.
    std::expected<std::vector<JournalRecord>, std::string> count_journal(const IdentityKey& key) const;
    // Those that lasted within that time, in the order they began.
    std::expected<std::vector<Trouble>, std::string> troubles(Timestamp from, Timestamp to) const;
    // That somebody asked, before the answer is given; told to every sink without the people in it.
    [[nodiscard]] std::expected<void, std::string> record_lookup(const LookupTold& told, const OpeningRequest& request);
    // That a volunteer's device is going to be watched for calibration; told to every sink by the volunteer's
    // pseudonym.
    [[nodiscard]] std::expected<void, std::string> record_watch(const Pseudonym& volunteer,
                                                                const OpeningRequest& request);
    // That samples of events were sent to a sink; told to every sink.
    [[nodiscard]] std::expected<void, std::string> record_samples(const std::string& sink, std::size_t count,
                                                                  const OpeningRequest& request);
    std::expected<std::vector<AuditEntry>, std::string> audit() const;
    // Every alert about one incident, oldest first.
    std::expected<std::vector<EvidenceEntry>, std::string> evidence(const std::string& id) const;
    // None: no daemon of this version has written here yet.
    std::optional<SiteFacts> site() const;
    // Recomputes the chain of alerts and audit rows.
    std::expected<Verification, std::string> verify(const VerifyAgainst& against = {}) const;
    std::expected<std::uint64_t, std::string> last_sequence() const;

  private:
    struct Impl;
    explicit CaseFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
