// What breakwatch tells a SIEM: every event and every field of one, in one place. Constants, `breakwatch events`,
// README's table and the man page's lists are made from it or held against it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace breakwatch {

struct EventKind {
    std::string_view code;
    std::string_view message_ids;  // RFC 5424 MSGID; several where it may be one or the other
    std::string_view meaning;      // when it is sent
    std::string_view action;       // what whoever reads it does
};

namespace event {

inline constexpr EventKind kIncident{"BW-1001", "POSTLIKE, ZONE", "an incident", "triage: `breakwatch show ID`"};
inline constexpr EventKind kRevision{"BW-1002", "POSTLIKE, ZONE",
                                     "a later revision: more posts, or facts that came late", "read on the same `id`"};
inline constexpr EventKind kWithdrawn{"BW-1003", "POSTLIKE, ZONE", "withdrawn: late facts told another story",
                                      "close it"};
inline constexpr EventKind kStateSet{"BW-1004", "AUDIT", "somebody set an incident's state",
                                     "nothing; the reason is in `breakwatch audit`"};
inline constexpr EventKind kHeld{"BW-1005", "HELD",
                                 "how many incidents were held, for not being sure enough to be alerted, since this "
                                 "was told last (once a day; numbers alone)",
                                 "`breakwatch incidents` lists them"};
inline constexpr EventKind kUnattributed{
    "BW-2001", "HEALTH", "something like a post that is attributed to nobody, why, and between whom (pseudonyms)",
    "no more is known: no ground for anything"};
inline constexpr EventKind kSpoofing{"BW-2003", "HEALTH",
                                     "a sign of spoofing, or a router that was learnt; nobody is named by it",
                                     "look at the switch; list `capture: routers:`, `dhcp_servers:`"};
inline constexpr EventKind kMention{"BW-2004", "MENTION",
                                    "a post that somebody saw (a mention): how many people it could have been, whether "
                                    "one stands out, and how likely it was nobody here",
                                    "`breakwatch mentions`; whoever stands out has an incident"};
inline constexpr EventKind kFeedDown{"BW-3001", "HEALTH", "a feed or the capture is down, or back",
                                     "until then nothing can be joined: mend it"};
inline constexpr EventKind kWrongClock{
    "BW-3002", "HEALTH", "a source's clock is wrong, or this machine's was set by 30 s or more",
    "set the clock that is named, by NTP; in the second case the daemon has ended itself and systemd starts it again"};
inline constexpr EventKind kRefused{"BW-3003", "HEALTH", "input was refused, or taken by a guess",
                                    "mend the named row, or set the key it names"};
inline constexpr EventKind kStoreFailing{"BW-3004", "HEALTH", "the store cannot be written, or can again",
                                         "make room on the disk"};
inline constexpr EventKind kDetector{"BW-3005", "HEALTH",
                                     "the detector is due for review, most possible posts cannot be judged, or the "
                                     "traffic is not like what it was trained on",
                                     "`breakwatch calibrate check`; does the mirror show both directions?"};
inline constexpr EventKind kBlind{"BW-3006", "HEALTH",
                                  "the mirror does not show what it should: nothing, one direction, a part, everything "
                                  "twice, cut, lost, shut tunnels, nobody enrolled, no names, no addresses",
                                  "the message says what to change; `breakwatchd check --live` shows more"};
inline constexpr EventKind kStrangers{"BW-3007", "HEALTH", "names of a call system or roster map to nobody",
                                      "enter them as aliases into the enrolment"};
inline constexpr EventKind kRetention{"BW-3008", "HEALTH",
                                      "what retention deleted, or that it waits because the clock jumped since the "
                                      "last run; what of an earlier run could not be kept or read back",
                                      "in the second case set the clock right within a day, or leave it"};
inline constexpr EventKind kMemory{"BW-3009", "HEALTH",
                                   "a table is full, something found no room in it (hourly while it goes on), or the "
                                   "daemon is larger than `memory:` allows; and its end",
                                   "an attack? See BW-2003; else more `memory:`"};
inline constexpr EventKind kPrecision{
    "BW-3010", "HEALTH",
    "how often a rule was right, by the verdicts in force and counts alone: once a day where verdicts changed",
    "few are right? Raise the confidence that the rule asks for; `breakwatch status` has all figures"};
inline constexpr EventKind kOpened{"BW-4001", "AUDIT",
                                   "somebody opened an identity or a mention's list of people, asked the journal, or "
                                   "watches a volunteer's device",
                                   "compare with your procedure"};
inline constexpr EventKind kMentionEntered{"BW-4002", "AUDIT", "somebody entered a mention, or took one back",
                                           "nothing; the reason is in `breakwatch audit`"};
inline constexpr EventKind kVerdictGiven{"BW-4003", "AUDIT", "somebody gave an incident a verdict, or another one",
                                         "nothing; all of them are in `breakwatch audit`"};
inline constexpr EventKind kHeartbeat{"BW-9001", "HEARTBEAT", "alive", "alarm when it stays away"};
inline constexpr EventKind kStarted{
    "BW-9002", "LIFECYCLE",
    "started: version, SHA-256 of the configuration file, whether the run before ended properly",
    "compare with your changes; when it did not: the journal says why"};
inline constexpr EventKind kStopping{"BW-9003", "LIFECYCLE", "stopping, and why",
                                     "expected? Until BW-9002 nothing is seen"};

}  // namespace event

inline constexpr std::array kEvents{
    event::kIncident,     event::kRevision,     event::kWithdrawn, event::kStateSet, event::kHeld,
    event::kUnattributed, event::kSpoofing,     event::kMention,   event::kFeedDown, event::kWrongClock,
    event::kRefused,      event::kStoreFailing, event::kDetector,  event::kBlind,    event::kStrangers,
    event::kRetention,    event::kMemory,       event::kPrecision, event::kOpened,   event::kMentionEntered,
    event::kVerdictGiven, event::kHeartbeat,    event::kStarted,   event::kStopping};

// What a field's value is, whatever a format makes of it.
enum class FieldType : std::uint8_t { text, count, ratio, seconds, time, flag };
constexpr std::string_view name(FieldType type)
{
    constexpr std::array<std::string_view, 6> kNames{"text", "count", "ratio", "seconds", "time", "flag"};
    return kNames.at(static_cast<std::size_t>(type));
}

// Names are RFC 5424 PARAM-NAMEs.
struct EventField {
    std::string_view name;
    FieldType type = FieldType::text;
    std::string_view meaning;
};

inline constexpr std::array kEventFields{
    EventField{"seq", FieldType::count,
               "sequence number over all alerts of this daemon: a receiver drops repeats by it; held incidents have "
               "numbers, too"},
    EventField{"prev", FieldType::count, "the number of the alert sent before it: a receiver sees losses by it"},
    EventField{"code", FieldType::text, "the event's code"},
    EventField{"id", FieldType::text, "the incident; the same over all its revisions"},
    EventField{"rev", FieldType::count, "revision, 1 first"},
    EventField{"rule", FieldType::text,
               "the rule that held; of BW-2004: the one that asks for mentions of this platform"},
    EventField{"subj", FieldType::text, "pseudonym of the person"},
    EventField{"plat", FieldType::text, "platform"},
    EventField{"kind", FieldType::text, "media_post, text_post, story, composer_opened or media_upload"},
    EventField{"tier", FieldType::text, "A, B or corroborated"},
    EventField{"conf", FieldType::ratio, "confidence, 0 to 1"},
    EventField{"measured", FieldType::flag,
               "0 where this site has not measured how often such findings are wrong on that platform: what `conf` is "
               "worth there is not known"},
    EventField{
        "rank", FieldType::ratio,
        "where `measured` is 0 and enough is known: the share of this site's findings of the last days that were "
        "less post-like, 0 to 1"},
    EventField{"at", FieldType::time,
               "time of the first finding, or of the post that a mention tells of, RFC 3339 in UTC"},
    EventField{"after_call_s", FieldType::seconds, "from the call's end to it; negative during a call"},
    EventField{"call", FieldType::text, "source and id of the call"},
    EventField{"chan", FieldType::text, "how the customer was in contact: voice, chat, email or task"},
    EventField{"queue", FieldType::text, "the call's queue"},
    EventField{"cov", FieldType::ratio,
               "coverage: the share of the device's bytes about that time that could be named, 0 to 1"},
    EventField{"cnt", FieldType::count, "number of findings; of BW-2004: of exchanges that could have been the post"},
    EventField{"zone", FieldType::text, "where"},
    EventField{"grade", FieldType::text,
               "how surely the device is this person's: strong (logged in) or medium (enrolled)"},
    EventField{"ref", FieldType::text, "source and reference of a mention; the same over all its revisions"},
    EventField{"within_s", FieldType::seconds, "so much before or after `at` the post may have been"},
    EventField{"people", FieldType::count, "of BW-2004: how many people those exchanges are of"},
    EventField{"unnamed", FieldType::count, "of BW-2004: of how many of those exchanges it is not sure whose they are"},
    EventField{"nobody", FieldType::ratio, "of BW-2004: how likely it was nobody whose traffic was seen, 0 to 1"},
    EventField{"share", FieldType::ratio,
               "of BW-2004, where somebody stands out: how likely it was that person, 0 to 1; who, the incident says"},
    EventField{"chance", FieldType::ratio,
               "of BW-2004: how many exchanges as post-like as the likeliest come in so much time anyway"},
    EventField{"final", FieldType::flag, "of BW-2004: 1 when no late fact can change the answer"},
    EventField{"withdrawn", FieldType::flag, "of a mention: 1 when it was taken back"},
    EventField{"part", FieldType::text, "of health events: the feed or part concerned"},
    EventField{"by", FieldType::text, "of BW-4001 to BW-4003 and BW-1004: who did it"},
    EventField{"state", FieldType::text, "of BW-1004: the state it was set to"},
    EventField{"verdict", FieldType::text,
               "what the incident was found to be, true, false or unknown; of BW-1004 where one was given"},
    EventField{
        "before", FieldType::text,
        "of BW-1004, where a closed incident was reopened: the state it was in; of BW-4003: the verdict replaced"},
    EventField{"ticket", FieldType::text, "of BW-4003: the reference of a ticket, where one was given"},
    EventField{"found_true", FieldType::count,
               "of BW-3010: incidents of the rule, or of it on the platform, found true"},
    EventField{"found_false", FieldType::count, "of BW-3010: those found false"},
    EventField{"found_unknown", FieldType::count, "of BW-3010: those of which it stays unknown"},
    EventField{"precision", FieldType::ratio, "of BW-3010: of those found true or false, the share found true, 0 to 1"},
    EventField{"precision_from", FieldType::ratio, "of BW-3010: where the exact 95 % interval of that share begins"},
    EventField{"precision_to", FieldType::ratio, "of BW-3010: and where it ends"},
    EventField{"backlog", FieldType::count, "of BW-9001: how many alerts wait for this sink"},
    EventField{"held", FieldType::count, "of BW-1005: how many incidents were held"},
    EventField{"raised", FieldType::count, "of BW-1005: how many that had been held became sure enough and were told"},
    EventField{"count", FieldType::count, "of BW-3008: how many incidents were, or would be, deleted"},
    EventField{"version", FieldType::text, "of BW-9002: the program's version"},
    EventField{"config", FieldType::text, "of BW-9002: the configuration file's SHA-256, as sha256sum(1) prints it"},
    EventField{"unclean", FieldType::flag,
               "of BW-9002: 1 when the run before was killed, crashed, or lost its machine"},
    EventField{"why", FieldType::text, "of BW-9003: a signal's name, that the machine's clock was set, or a fault"},
    EventField{"unstored", FieldType::count,
               "of a heartbeat: how many events wait in memory because the store cannot be written"},
};

}  // namespace breakwatch
