// RADIUS accounting sessions as intervals. Reports are kept as said and judged when asked, so that
// late, repeated and reordered reports give the same intervals.
//
//   reports of one session    Start      Interim    Interim(other address)          Stop
//   spans                       |-- no address --|-- 10.77.20.31 --|-- 10.77.20.32 ---|
//   a lost Stop               Start      Interim . . . . . silence: over when so many reports are missed as are unusual
//   for this
//                                                           NAS (habit), or when the device begins a session elsewhere
//
// `since` of a span is when it may have had its addresses at the earliest: between two reports nobody saw the change.
// What no report excludes may be true (may_hold), and between two people that is ambiguous.
#pragma once

#include <bitset>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/identity/session.hpp"

namespace breakwatch {

// A part of a session in which user, addresses and place stayed the same.
struct SessionSpan {
    std::string nas;
    std::string user;
    MacAddress mac;
    std::vector<IpAddress> addresses;
    std::vector<Subnet> prefixes;
    std::string access_point;
    std::string access_point_name;
    std::string ssid;
    std::uint16_t vlan;
    Timestamp started;  // of the session
    Timestamp from;
    Timestamp
        since;  // when it may have had the addresses at the earliest: reports before told none, or a remembered one
    Timestamp last;           // latest report that says so
    Timestamp until;          // its end, or when silence counts as one
    bool ended = false;       // `until` was told: by a Stop, a restart of the NAS, the next span
    bool remembered = false;  // the addresses stand in the Start alone: the device's last, maybe of another network
    Duration error{0};        // of the clock behind `from` and `until`
    Duration silence{0};      // longer than this without a report is longer than usual for its NAS

    bool holds(Timestamp at) const { return from <= at && at < until; }
    // Whether it may have held then: its bounds are certain to the clock's error and `grace`.
    bool may_hold(Timestamp at, Duration grace) const
    {
        return from - (grace + error) <= at && (at < until || (ended && at - until < grace + error));
    }
    // The report that stands behind it at `at` is as recent as such reports are.
    bool fresh(Timestamp at) const { return at - (last < at ? last : at) < silence; }
    bool has(const IpAddress& ip) const;
};

// What the network counted of a device between two reports of one session.
struct CountedOctets {
    Timestamp from;
    Timestamp to;
    std::uint64_t octets = 0;  // both directions
};

class SessionTable {
  public:
    // Reports so much older than now are past the reach of late facts.
    static constexpr Duration kSettled = std::chrono::hours{1};
    // A user who is nobody's here: which one is not kept, but that it was another.
    static constexpr const char* kSomebody = "\n";
    // Of one NAS; older ones say nothing of its habit now.
    static constexpr std::size_t kGaps = 1'024;
    // No clock is believed to be further off.
    static constexpr Duration kLargestError = std::chrono::minutes{5};

    struct Silence {
        Duration with_interims;
        Duration without;
    };
    explicit SessionTable(Silence silence) : silence_(silence) {}

    void add(const SessionEvent& event);
    // Accounting-On or -Off: all sessions of that NAS are over.
    void reset(const std::string& nas, Timestamp at);
    bool knows(const std::string& nas, const std::string& session_id) const;
    // That an enrolled person, or a name not told, was on the device.
    bool knows(const MacAddress& mac) const;
    bool knows(const IpAddress& ip) const;

    // Spans that touch [from, to], ends included.
    std::vector<SessionSpan> by_mac(const MacAddress& mac, Timestamp from, Timestamp to) const;
    // The same of spans that have the address, themselves or by their prefix.
    std::vector<SessionSpan> by_address(const IpAddress& ip, Timestamp from, Timestamp to) const;
    // Between the reports that enclose [from, to] most closely and are no further from it than
    // `reach`; none where no two such reports carry counters.
    std::optional<CountedOctets> octets(const MacAddress& mac, Timestamp from, Timestamp to, Duration reach) const;
    void each(const std::function<void(const SessionSpan&)>& visit) const;

    // Forgets sessions that were over before `since`.
    void tidy(Timestamp now, Timestamp since);
    // Forgets those of which no report is wanted (any more).
    void keep_only(const std::function<bool(const std::string& user, const MacAddress& mac)>& wanted);
    // Forgets sessions of users who are nobody's that ended their reports before `before`, of devices that are
    // nobody's.
    void forget_somebodys(Timestamp before, const std::function<bool(const MacAddress& mac)>& wanted);
    std::size_t size() const { return reports_; }
    std::size_t others() const { return others_; }  // of those, of users who are nobody's

  private:
    // One report, or several the same in a row past the reach of late facts.
    struct Report {
        Timestamp at;
        SessionEvent::Kind kind = SessionEvent::Kind::start;
        Timestamp last;
        MacAddress mac;  // zero where the report does not repeat it
        std::string user;
        bool by_device = false;
        std::vector<IpAddress> addresses;
        std::vector<Subnet> prefixes;
        std::string access_point;
        std::string access_point_name;
        std::string ssid;
        std::uint16_t vlan = 0;
        std::uint64_t octets = 0;  // both directions, since the session began
        Duration error{0};
        auto operator<=>(const Report&) const = default;
    };
    using Key = std::pair<std::string, std::string>;  // NAS, Acct-Session-Id
    // All that one id of one NAS was used for: one that restarts counts anew, and the same id is
    // another device's.
    struct Session {
        std::vector<Report> reports;  // by time, then start, interim, stop
    };

    using Sessions = std::map<Key, Session>;
    using Entries = std::vector<const Sessions::value_type*>;  // into sessions_, whose nodes stay

    // Between two reports of one session, by the time of the later.
    struct Gap {
        Timestamp at;
        Duration length;
        auto operator<=>(const Gap&) const = default;
    };

    static SessionSpan as_told(const std::string& nas, const Report& report, const MacAddress& mac);
    std::vector<SessionSpan> spans(const Key& key, const Session& session, Timestamp as_of) const;
    std::vector<SessionSpan> spans(const Entries& entries, Timestamp from, Timestamp to) const;
    std::optional<Duration> habit(const std::string& nas, Timestamp as_of) const;
    Duration silence_of(const Key& key, const Session& session, Timestamp as_of) const;
    void learn_habit(const std::string& nas, const std::vector<Report>& reports, std::size_t place);
    Timestamp over(const Session& session) const;
    Timestamp reset_after(const std::string& nas, Timestamp at) const;
    Timestamp elsewhere_after(const Key& key, const SessionSpan& span) const;
    static std::size_t others_of(const Session& session);
    static std::vector<MacAddress> macs_of(const Session& session);
    void put_together(const Key& key, Session& session, Timestamp settled);
    Entries sessions_of(const IpAddress& ip) const;
    void note(const Sessions::value_type& entry, const Report& report);
    void drop(const Sessions::value_type& entry);

    Sessions sessions_;
    std::map<std::string, std::vector<Timestamp>> resets_;  // by NAS, in order
    std::map<std::string, std::vector<Gap>> gaps_;          // by NAS, in order
    std::unordered_map<MacAddress, Entries> by_mac_;
    std::unordered_map<IpAddress, Entries> by_address_;
    std::map<Subnet, Entries> by_prefix_;
    std::bitset<129> prefix_lengths_;  // that were ever seen: what to look up by_prefix_ with
    Silence silence_;
    std::size_t reports_ = 0;
    std::size_t others_ = 0;
};

}  // namespace breakwatch
