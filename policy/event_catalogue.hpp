// What breakwatch tells a SIEM: every event in one place (their fields: event_fields.hpp). Constants, `breakwatch
// events`, the man page, README's table, samples and every format's names are made from it or held against it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/event_fields.hpp"
#include "policy/incident/rules.hpp"

namespace breakwatch {

// What sort of event it is, whatever a format makes of that.
enum class EventClass : std::uint8_t {
    incident,
    revision,
    withdrawal,
    mention,
    health,
    audit_read,
    audit_change,
    heartbeat,
    start,
    stop
};
constexpr std::string_view name(EventClass sort)
{
    constexpr std::array<std::string_view, 10> kNames{"incident",   "revision",     "withdrawal", "mention", "health",
                                                      "audit_read", "audit_change", "heartbeat",  "start",   "stop"};
    return kNames.at(static_cast<std::size_t>(sort));
}

struct EventKind {
    std::string_view code;
    std::string_view message_ids;  // RFC 5424 MSGID; several where it may be one or the other
    EventClass sort;
    Severity severity;           // what it usually bears; the end of a trouble is a notice
    std::string_view title;      // short, and always the same
    std::string_view always;     // names of fields, parted by blanks
    std::string_view sometimes;  // those that are left out where they are not known, or would say nothing
    std::string_view meaning;    // when it is sent
    std::string_view action;     // what whoever reads it does
};

// Names that are parted by blanks.
inline std::vector<std::string_view> names_in(std::string_view list)
{
    std::vector<std::string_view> names;
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        names.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return names;
}

namespace event {

inline constexpr EventKind kIncident{"BW-1001",
                                     "POSTLIKE, ZONE",
                                     EventClass::incident,
                                     Severity::warning,
                                     "Incident raised",
                                     "id rev rule subj cnt grade",
                                     "plat kind tier conf measured rank at after_call_s call chan queue cov zone",
                                     "an incident",
                                     "triage: `breakwatch show ID`"};
inline constexpr EventKind kRevision{"BW-1002",
                                     "POSTLIKE, ZONE",
                                     EventClass::revision,
                                     Severity::warning,
                                     "Incident revised",
                                     "id rev rule subj cnt grade",
                                     "plat kind tier conf measured rank at after_call_s call chan queue cov zone",
                                     "a later revision: more posts, or facts that came late",
                                     "read on the same `id`"};
inline constexpr EventKind kWithdrawn{"BW-1003",
                                      "POSTLIKE, ZONE",
                                      EventClass::withdrawal,
                                      Severity::notice,
                                      "Incident withdrawn",
                                      "id rev rule subj cnt grade",
                                      "plat kind tier conf measured rank at after_call_s call chan queue cov zone",
                                      "withdrawn: late facts told another story",
                                      "close it"};
inline constexpr EventKind kStateSet{"BW-1004",
                                     "AUDIT",
                                     EventClass::audit_change,
                                     Severity::notice,
                                     "Incident state set",
                                     "id state by",
                                     "verdict before",
                                     "somebody set an incident's state",
                                     "nothing; the reason is in `breakwatch audit`"};
inline constexpr EventKind kHeld{"BW-1005",
                                 "HELD",
                                 EventClass::health,
                                 Severity::informational,
                                 "Incidents held",
                                 "part held raised",
                                 "",
                                 "how many incidents were held, for not being sure enough to be alerted, since this "
                                 "was told last (once a day; numbers alone)",
                                 "`breakwatch incidents` lists them"};
inline constexpr EventKind kFolded{
    "BW-1101",
    "HEALTH",
    EventClass::health,
    Severity::informational,
    "Repeats folded",
    "part about count since",
    "",
    "how many events of one kind were not told one by one: more of a part's health than five in a minute, of which the "
    "last is told with it; or what found no room while the store could not be written",
    "see to what it is `about`"};
inline constexpr EventKind kUnattributed{
    "BW-2001",
    "HEALTH",
    EventClass::health,
    Severity::notice,
    "Possible post attributed to nobody",
    "part",
    "",
    "something like a post that is attributed to nobody, why, and between whom (pseudonyms)",
    "no more is known: no ground for anything"};
inline constexpr EventKind kSpoofing{"BW-2003",
                                     "HEALTH",
                                     EventClass::health,
                                     Severity::warning,
                                     "Sign of spoofing",
                                     "part",
                                     "",
                                     "a sign of spoofing, or a router that was learnt; nobody is named by it",
                                     "look at the switch; list `capture: routers:`, `dhcp_servers:`"};
inline constexpr EventKind kMention{"BW-2004",
                                    "MENTION",
                                    EventClass::mention,
                                    Severity::notice,
                                    "Mention answered",
                                    "ref plat at within_s cnt people unnamed nobody chance final rev",
                                    "withdrawn rule share",
                                    "a post that somebody saw (a mention): how many people it could have been, whether "
                                    "one stands out, and how likely it was nobody here",
                                    "`breakwatch mentions`; whoever stands out has an incident"};
inline constexpr EventKind kFeedDown{"BW-3001",
                                     "HEALTH",
                                     EventClass::health,
                                     Severity::error,
                                     "Feed down or back",
                                     "part",
                                     "",
                                     "a feed or the capture is down, or back",
                                     "until then nothing can be joined: mend it"};
inline constexpr EventKind kWrongClock{
    "BW-3002",
    "HEALTH",
    EventClass::health,
    Severity::warning,
    "Clock wrong",
    "part",
    "",
    "a source's clock is wrong, or this machine's was set by 30 s or more",
    "set the clock that is named, by NTP; in the second case the daemon has ended itself and systemd starts it again"};
inline constexpr EventKind kRefused{"BW-3003",
                                    "HEALTH",
                                    EventClass::health,
                                    Severity::warning,
                                    "Input refused",
                                    "part",
                                    "",
                                    "input was refused, or taken by a guess",
                                    "mend the named row, or set the key it names"};
inline constexpr EventKind kStoreFailing{"BW-3004",
                                         "HEALTH",
                                         EventClass::health,
                                         Severity::critical,
                                         "Store cannot be written",
                                         "part",
                                         "",
                                         "the store cannot be written, or can again",
                                         "make room on the disk"};
inline constexpr EventKind kDetector{"BW-3005",
                                     "HEALTH",
                                     EventClass::health,
                                     Severity::warning,
                                     "Detector due for review",
                                     "part",
                                     "",
                                     "the detector is due for review, most possible posts cannot be judged, or the "
                                     "traffic is not like what it was trained on",
                                     "`breakwatch calibrate check`; does the mirror show both directions?"};
inline constexpr EventKind kBlind{"BW-3006",
                                  "HEALTH",
                                  EventClass::health,
                                  Severity::error,
                                  "Mirror does not show what it should",
                                  "part",
                                  "",
                                  "the mirror does not show what it should: nothing, one direction, a part, everything "
                                  "twice, cut, lost, shut tunnels, nobody enrolled, no names, no addresses",
                                  "the message says what to change; `breakwatchd check --live` shows more"};
inline constexpr EventKind kStrangers{"BW-3007",
                                      "HEALTH",
                                      EventClass::health,
                                      Severity::error,
                                      "Names map to nobody",
                                      "part",
                                      "",
                                      "names of a call system or roster map to nobody",
                                      "enter them as aliases into the enrolment"};
inline constexpr EventKind kRetention{"BW-3008",
                                      "HEALTH",
                                      EventClass::health,
                                      Severity::notice,
                                      "Retention",
                                      "part",
                                      "count",
                                      "what retention deleted, or that it waits because the clock jumped since the "
                                      "last run; what of an earlier run could not be kept or read back",
                                      "in the second case set the clock right within a day, or leave it"};
inline constexpr EventKind kMemory{"BW-3009",
                                   "HEALTH",
                                   EventClass::health,
                                   Severity::warning,
                                   "Memory full",
                                   "part",
                                   "",
                                   "a table is full, something found no room in it (hourly while it goes on), or the "
                                   "daemon is larger than `memory:` allows; and its end",
                                   "an attack? See BW-2003; else more `memory:`"};
inline constexpr EventKind kPrecision{
    "BW-3010",
    "HEALTH",
    EventClass::health,
    Severity::informational,
    "Precision of a rule",
    "part rule found_true found_false found_unknown",
    "plat precision precision_from precision_to",
    "how often a rule was right, by the verdicts in force and counts alone: once a day where verdicts changed",
    "few are right? Raise the confidence that the rule asks for; `breakwatch status` has all figures"};
inline constexpr EventKind kDestination{
    "BW-3011",
    "HEALTH",
    EventClass::health,
    Severity::error,
    "Destination in trouble or well",
    "part",
    "",
    "a destination of alerts refuses, is refused (its certificate, its answers), takes nothing or closes after each "
    "message; is believed unverified; a certificate ends within 30 days; or it takes alerts again",
    "`breakwatch test-destination NAME`; what it is owed waits"};
inline constexpr EventKind kNewEpoch{
    "BW-3012",
    "HEALTH",
    EventClass::health,
    Severity::warning,
    "Store restored or cut",
    "part",
    "",
    "the store's database is behind what was handed out of it: an older copy was put back, its end was cut, or the "
    "file "
    "beside it is gone; numbers go on in another `epoch`",
    "expected? Else find out who did it: alerts of the time between are gone from the store, not from the SIEM"};
inline constexpr EventKind kOpened{"BW-4001",
                                   "AUDIT",
                                   EventClass::audit_read,
                                   Severity::notice,
                                   "Identity opened",
                                   "by",
                                   "id subj ref openers",
                                   "somebody opened an identity or a mention's list of people, asked the journal, or "
                                   "watches a volunteer's device",
                                   "compare with your procedure"};
inline constexpr EventKind kMentionEntered{"BW-4002",
                                           "AUDIT",
                                           EventClass::audit_change,
                                           Severity::notice,
                                           "Mention entered",
                                           "ref plat at within_s by",
                                           "withdrawn",
                                           "somebody entered a mention, or took one back",
                                           "nothing; the reason is in `breakwatch audit`"};
inline constexpr EventKind kVerdictGiven{"BW-4003",
                                         "AUDIT",
                                         EventClass::audit_change,
                                         Severity::notice,
                                         "Verdict given",
                                         "id rule verdict by",
                                         "plat ticket before",
                                         "somebody gave an incident a verdict, or another one",
                                         "nothing; all of them are in `breakwatch audit`"};
inline constexpr EventKind kSamplesSent{"BW-4004",
                                        "AUDIT",
                                        EventClass::audit_change,
                                        Severity::notice,
                                        "Samples sent",
                                        "part by count",
                                        "",
                                        "somebody sent examples of events to a destination (`breakwatch emit-samples`)",
                                        "pass over what bears `sample`"};
inline constexpr EventKind kReplayed{"BW-4005",
                                     "AUDIT",
                                     EventClass::audit_change,
                                     Severity::notice,
                                     "Alerts sent again",
                                     "part by count since",
                                     "",
                                     "somebody had alerts sent to a destination again (`breakwatch replay-alerts`)",
                                     "repeats bear their numbers; the reason is in `breakwatch audit`"};
inline constexpr EventKind kOpeningAsked{"BW-4010",
                                         "AUDIT",
                                         EventClass::audit_change,
                                         Severity::notice,
                                         "Opening asked",
                                         "id by",
                                         "",
                                         "somebody asks two openers for an identity",
                                         "compare with your procedure; the reason is in `breakwatch audit`"};
inline constexpr EventKind kOpeningApproved{"BW-4011",
                                            "AUDIT",
                                            EventClass::audit_change,
                                            Severity::notice,
                                            "Opening approved",
                                            "id by openers",
                                            "",
                                            "an opener approved of a request for an identity",
                                            "ask that opener, where you did not expect it"};
inline constexpr EventKind kLookup{"BW-4012",
                                   "AUDIT",
                                   EventClass::audit_read,
                                   Severity::notice,
                                   "Complaint looked up",
                                   "plat at within_s cnt people by",
                                   "",
                                   "somebody asked who could have posted on a platform in a stretch of time "
                                   "(`breakwatch lookup`); who was in the answer is not told",
                                   "compare with your procedure; the reason is in `breakwatch audit`"};
inline constexpr EventKind kPromised{"BW-4013",
                                     "AUDIT",
                                     EventClass::audit_change,
                                     Severity::notice,
                                     "Promise made",
                                     "id due role by",
                                     "",
                                     "somebody entered that an answer was promised, to which role and by when",
                                     "nothing; BW-5001 reminds of it"};
inline constexpr EventKind kDue{
    "BW-5001",
    "DUE",
    EventClass::health,
    Severity::warning,
    "Incident due",
    "id state due basis passed",
    "role",
    "an incident is to be in a state, or answered as promised, by then: 50, 80 and 100 % of "
    "the time have gone by, or another day since",
    "whose role it is, does it and sets the state; `breakwatch due` lists all"};
inline constexpr EventKind kHeartbeat{
    "BW-9001",   "HEARTBEAT", EventClass::heartbeat,     Severity::informational, "Heartbeat", "backlog unstored",
    "kept_back", "alive",     "alarm when it stays away"};
inline constexpr EventKind kStarted{
    "BW-9002",
    "LIFECYCLE",
    EventClass::start,
    Severity::notice,
    "Daemon started",
    "part version config unclean",
    "",
    "started: version, SHA-256 of the configuration file, whether the run before ended properly",
    "compare with your changes; when it did not: the journal says why"};
inline constexpr EventKind kStopping{"BW-9003",
                                     "LIFECYCLE",
                                     EventClass::stop,
                                     Severity::notice,
                                     "Daemon stopping",
                                     "part why",
                                     "",
                                     "stopping, and why",
                                     "expected? Until BW-9002 nothing is seen"};

}  // namespace event

inline constexpr std::array kEvents{
    event::kIncident,   event::kRevision,     event::kWithdrawn,       event::kStateSet,     event::kHeld,
    event::kFolded,     event::kUnattributed, event::kSpoofing,        event::kMention,      event::kFeedDown,
    event::kWrongClock, event::kRefused,      event::kStoreFailing,    event::kDetector,     event::kBlind,
    event::kStrangers,  event::kRetention,    event::kMemory,          event::kPrecision,    event::kDestination,
    event::kNewEpoch,   event::kOpened,       event::kMentionEntered,  event::kVerdictGiven, event::kSamplesSent,
    event::kReplayed,   event::kOpeningAsked, event::kOpeningApproved, event::kLookup,       event::kPromised,
    event::kDue,        event::kHeartbeat,    event::kStarted,         event::kStopping};

}  // namespace breakwatch
