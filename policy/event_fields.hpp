// The fields of the events that breakwatch tells a SIEM (event_catalogue.hpp), with their types.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace breakwatch {

// Version of names, types and meanings below; each event carries it. When it changes: breakwatch-events(7), SCHEMA.
inline constexpr std::string_view kEventSchema = "1";

// What a field's value is, whatever a format makes of it.
enum class FieldType : std::uint8_t { text, count, ratio, seconds, time, flag };
constexpr std::string_view name(FieldType type)
{
    constexpr std::array<std::string_view, 6> kNames{"text", "count", "ratio", "seconds", "time", "flag"};
    return kNames.at(static_cast<std::size_t>(type));
}

// What the type's values are counted in, or look like.
constexpr std::string_view unit(FieldType type)
{
    constexpr std::array<std::string_view, 6> kUnits{"", "", "0 to 1", "s", "RFC 3339, UTC", "0 or 1"};
    return kUnits.at(static_cast<std::size_t>(type));
}

// Names are of letters, digits and underscores, at most 32: RFC 5424 PARAM-NAMEs, and names in any other format.
struct EventField {
    std::string_view name;
    FieldType type = FieldType::text;
    std::string_view example;
    std::string_view meaning;
};

inline constexpr std::array kEventFields{
    EventField{
        "seq", FieldType::count, "7",
        "sequence number over all alerts of this daemon, within an epoch: a receiver drops repeats by both; held "
        "incidents have numbers, too"},
    EventField{"prev", FieldType::count, "6",
               "the number of the alert sent before it: a receiver sees losses by it; 0 of the first of an epoch"},
    EventField{"epoch", FieldType::text, "5ad1c33b7e42f096",
               "a random id of the store's life, in which no number is given twice: another one follows where its "
               "database was put back from a copy or lost its end (BW-3012)"},
    EventField{"head", FieldType::text,
               "7:0f3a5d77c1e2b49860aa11bb22cc33dd44ee55ff66778899aabbccddeeff0011:"
               "ZmFrZSBzaWduYXR1cmUgb2YgYW4gZXhhbXBsZSwgb2Ygc2l4dHktZm91ciBvY3RldHMsIG5vdCBhIHJlYWwgb2",
               "the signed head of the evidence chain up to this alert, of a heartbeat up to now: number, hash and "
               "signature; `breakwatch verify --heads` finds it in whatever a SIEM makes of the event"},
    EventField{"code", FieldType::text, "BW-1001", "the event's code"},
    EventField{"schema", FieldType::text, "1", "the version of this list"},
    EventField{"time", FieldType::time, "2026-11-23T17:00:24.467Z",
               "when the event was raised, where the message's header does not tell the whole time, or the body is an "
               "object"},
    EventField{"msgid", FieldType::text, "POSTLIKE", "the kind of event, where the header does not tell it"},
    EventField{"truncated", FieldType::flag, "1", "1 where something had to be cut: what was ends with an ellipsis"},
    EventField{"id", FieldType::text, "bw-02ec275cdc7f3f35", "the incident; the same over all its revisions"},
    EventField{"rev", FieldType::count, "1", "revision, 1 first"},
    EventField{"rule", FieldType::text, "post-after-call",
               "the rule that held; of BW-2004: the one that asks for mentions of this platform"},
    EventField{"subj", FieldType::text, "p-1512333a341e", "pseudonym of the person"},
    EventField{"plat", FieldType::text, "x", "platform"},
    EventField{"kind", FieldType::text, "text_post", "media_post, text_post, story, composer_opened or media_upload"},
    EventField{"tier", FieldType::text, "B", "A, B or corroborated"},
    EventField{"conf", FieldType::ratio, "0.99", "confidence, 0 to 1"},
    EventField{"measured", FieldType::flag, "0",
               "0 where this site has not measured how often such findings are wrong on that platform: what `conf` is "
               "worth there is not known"},
    EventField{
        "rank", FieldType::ratio, "0.97",
        "where `measured` is 0 and enough is known: the share of this site's findings of the last days that were "
        "less post-like, 0 to 1"},
    EventField{"at", FieldType::time, "2026-11-23T17:00:13.674Z",
               "time of the first finding, or of the post that a mention tells of, RFC 3339 in UTC"},
    EventField{"after_call_s", FieldType::seconds, "251.0", "from the call's end to it; negative during a call"},
    EventField{"call", FieldType::text, "acd/7f1c-1077", "source and id of the call"},
    EventField{"chan", FieldType::text, "voice", "how the customer was in contact: voice, chat, email or task"},
    EventField{"queue", FieldType::text, "billing", "the call's queue"},
    EventField{"cov", FieldType::ratio, "0.95",
               "coverage: the share of the device's bytes about that time that could be named, 0 to 1"},
    EventField{"cnt", FieldType::count, "1",
               "number of findings; of BW-2004 and BW-4012: of exchanges that could have been the post"},
    EventField{"zone", FieldType::text, "break-area", "where"},
    EventField{"grade", FieldType::text, "medium",
               "how surely the device is this person's: strong (logged in) or medium (enrolled)"},
    EventField{"ref", FieldType::text, "desk/C-1044",
               "source and reference of a mention; the same over all its revisions"},
    EventField{"within_s", FieldType::seconds, "60.0",
               "so much before or after `at` the post may have been; of BW-4012: the middle of what was asked about, "
               "and half of it"},
    EventField{"people", FieldType::count, "2", "of BW-2004 and BW-4012: how many people those exchanges are of"},
    EventField{"unnamed", FieldType::count, "0",
               "of BW-2004: of how many of those exchanges it is not sure whose they are"},
    EventField{"nobody", FieldType::ratio, "0.06",
               "of BW-2004: how likely it was nobody whose traffic was seen, 0 to 1"},
    EventField{"share", FieldType::ratio, "0.91",
               "of BW-2004, where somebody stands out: how likely it was that person, 0 to 1; who, the incident says"},
    EventField{"chance", FieldType::ratio, "0.12",
               "of BW-2004: how many exchanges as post-like as the likeliest come in so much time anyway"},
    EventField{"final", FieldType::flag, "1", "of BW-2004: 1 when no late fact can change the answer"},
    EventField{"withdrawn", FieldType::flag, "1", "of a mention: 1 when it was taken back"},
    EventField{"part", FieldType::text, "calls acd",
               "of health events: the feed or part concerned; of BW-4004 and BW-4005: the destination"},
    EventField{"by", FieldType::text, "root", "of BW-4001 to BW-4013 and BW-1004: who did it"},
    EventField{"openers", FieldType::text, "anna and bob",
               "of BW-4001 and BW-4011: who approved, as the configuration calls them"},
    EventField{"state", FieldType::text, "triaged",
               "of BW-1004: the state it was set to; of BW-5001: the one that is due"},
    EventField{"due", FieldType::time, "2026-11-23T21:00:13.674Z", "of BW-5001 and BW-4013: by when"},
    EventField{"basis", FieldType::text, "contractual", "of BW-5001: contractual, statutory or promise: why it is due"},
    EventField{"role", FieldType::text, "floor manager",
               "of BW-5001: whose it is to do, or to whom it was promised; of BW-4013: the latter"},
    EventField{"passed", FieldType::count, "80",
               "of BW-5001: how much of the time has gone by, in percent: 50, 80 or 100; 100 also each day after"},
    EventField{"verdict", FieldType::text, "true",
               "what the incident was found to be, true, false or unknown; of BW-1004 where one was given"},
    EventField{
        "before", FieldType::text, "unknown",
        "of BW-1004, where a closed incident was reopened: the state it was in; of BW-4003: the verdict replaced"},
    EventField{"ticket", FieldType::text, "SOC-311", "of BW-4003: the reference of a ticket, where one was given"},
    EventField{"found_true", FieldType::count, "9",
               "of BW-3010: incidents of the rule, or of it on the platform, found true"},
    EventField{"found_false", FieldType::count, "1", "of BW-3010: those found false"},
    EventField{"found_unknown", FieldType::count, "2", "of BW-3010: those of which it stays unknown"},
    EventField{"precision", FieldType::ratio, "0.900",
               "of BW-3010: of those found true or false, the share found true, 0 to 1"},
    EventField{"precision_from", FieldType::ratio, "0.555",
               "of BW-3010: where the exact 95 % interval of that share begins"},
    EventField{"precision_to", FieldType::ratio, "0.997", "of BW-3010: and where it ends"},
    EventField{"backlog", FieldType::count, "0", "of BW-9001: how many alerts wait for this sink"},
    EventField{"held", FieldType::count, "3", "of BW-1005: how many incidents were held"},
    EventField{"raised", FieldType::count, "1",
               "of BW-1005: how many that had been held became sure enough and were told"},
    EventField{"count", FieldType::count, "12",
               "of BW-3008: how many incidents were, or would be, deleted; of BW-4004: how many samples were sent; of "
               "BW-4005: how many alerts are sent again; of BW-1101: how many events were folded"},
    EventField{"about", FieldType::text, "BW-3001", "of BW-1101: the code of the events that were folded"},
    EventField{"since", FieldType::time, "2026-11-23T16:59:24.467Z",
               "of BW-1101: when the first of them came; of BW-4005: from when on alerts are sent again"},
    EventField{"version", FieldType::text, "0.1.0", "of BW-9002: the program's version"},
    EventField{"config", FieldType::text, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
               "of BW-9002: the configuration file's SHA-256, as sha256sum(1) prints it"},
    EventField{"unclean", FieldType::flag, "0",
               "of BW-9002: 1 when the run before was killed, crashed, or lost its machine"},
    EventField{"why", FieldType::text, "SIGTERM",
               "of BW-9003: a signal's name, that the machine's clock was set, or a fault"},
    EventField{"unstored", FieldType::count, "0",
               "of a heartbeat: how many events wait in memory because the store cannot be written"},
    EventField{"kept_back", FieldType::count, "4",
               "of a heartbeat: how many events the sink's filter kept back since the daemon started"},
    EventField{"sample", FieldType::flag, "1",
               "1 where it is no event but an example of one (`breakwatch emit-samples`)"},
};

}  // namespace breakwatch
