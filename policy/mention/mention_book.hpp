// The mentions, and what is answered to each: who could have posted it, by the exchanges on record about that time.
// Owned by the engine.
//
//   at - within          at + within + margin       + kPostHold       + horizon
//        |---- it was posted ----|----- clocks -----|--- judged: ------|--- final: no late fact
//                                                       first answer        can change it
//
// A mention that comes later is answered at once. An answer is told again only where it says something else. One
// that stands out makes an incident of kind mention_after_call, whose finding's confidence is its share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/effect.hpp"
#include "policy/incident/incident_book.hpp"
#include "policy/memory.hpp"
#include "policy/mention/exchange_record.hpp"
#include "policy/mention/watched_spans.hpp"

namespace breakwatch {

class MentionBook {
  public:
    struct Limits {
        std::size_t mentions = 10'000;
        Duration horizon = std::chrono::minutes{30};  // how late a fact may be
        Duration keep = std::chrono::hours{72};       // how far back the record reaches
    };
    // What an answer is made from.
    struct Facts {
        const PlatformCatalog& catalog;
        const Rules& rules;
        const ExchangeRecord& record;
        const WatchedSpans& watched;
        double prior_odds;  // odds.hpp
    };

    MentionBook(const Limits& limits, IncidentBook& incidents) : limits_(limits), incidents_(incidents) {}

    void observe(const Mention& mention, Timestamp now);
    // Exchanges about then are judged otherwise.
    void changed(const std::vector<Timestamp>& places);
    void everything_changed();
    // Answers that are due, or say something else by now.
    std::vector<RecordMention> answer(Timestamp now, const Facts& facts);
    // At the end of input: whatever the time. `final`: for good.
    std::vector<RecordMention> answer_all(bool final, Timestamp now, const Facts& facts);
    void forget(const StaffId& staff);
    void tidy(Timestamp now);

    void keep() { keep_ = true; }
    std::vector<KeptMention> take_changes() { return std::exchange(changes_, {}); }
    void recall(const KeptMention& kept, Timestamp now);

    std::size_t size() const { return mentions_.size(); }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    using Key = std::pair<std::string, std::string>;  // source, reference
    struct State {
        Mention mention;
        MentionAnswer told;
        bool final = false;
        Timestamp opens;      // the first answer
        Timestamp last_told;  // when it came last
        // What stands out, as a part of its incident: the same part for all mentions of one post.
        std::optional<IncidentKey> key;
        FindingNumber part = 0;
        Finding finding;
        Judgement judgement;
    };
    // Which mention a part of an incident has its words of: the first by name, whatever came first.
    struct Owner {
        Key mention;
        bool settled = false;  // in the incident book
    };

    static Key key_of(const Mention& mention) { return {mention.source, mention.reference}; }
    Timestamp closes(const Mention& mention) const;
    void answer_one(State& state, bool final, Timestamp now, const Facts& facts, std::vector<RecordMention>& out);
    void name(State& state, const MentionAnswer& answer, const ExchangeRecord::Entries::value_type* entry);
    // Of the part that the mention stands out with, where its words are this mention's; else null.
    Owner* owned_by(const State& state);
    void own(State& state);
    void let_go(Owner& owner);
    void take_back(State& state);
    void note(const State& state);

    Limits limits_;
    IncidentBook& incidents_;
    std::map<Key, State> mentions_;
    std::set<Key> due_;                              // to be answered anew
    std::set<std::pair<Timestamp, Key>> scheduled_;  // when each opens, and closes
    std::set<Key> open_;                             // not final
    std::map<FindingNumber, Owner> owners_;          // of each part that an incident has
    bool keep_ = false;
    std::vector<KeptMention> changes_;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
