// What an effect says to a SIEM: code, fields and one sentence. Pure. No staff id passes here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/effect.hpp"
#include "policy/incident/due.hpp"
#include "store/alert.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

// BW-1001 for what is told first of an incident, BW-1002 for a later revision, BW-1003 when it is withdrawn; BW-1005
// for one that is held, which stands in the chain alone. `sequence` and `previous` are left at zero.
Alert make_alert(const Incident& incident, bool told_before);
inline Alert make_alert(const Incident& incident)
{
    return make_alert(incident, incident.revision > 1);
}
Alert make_alert(const ReportHealth& health);
// BW-2004. Nobody of its candidates passes here but as a number.
Alert make_alert(const MentionAnswer& answer);
// BW-9001: alive, with the last sequence number, the head of the chain ("": none is signed), how much the sink is owed,
// and how much waits for the disk.
Alert make_heartbeat(std::uint64_t last_sequence, const std::string& head, std::size_t backlog, std::size_t unstored,
                     Timestamp at);
// BW-3008: what retention deleted.
struct PurgeRecord;
Alert make_purged_alert(const PurgeRecord& record, Timestamp at);
// BW-1004: somebody set an incident's state. The reason stays in the audit trail.
struct Progress;
// `before`: the state that it was in.
Alert make_state_set_alert(const std::string& incident, IncidentState before, const Progress& now,
                           const std::string& who, Timestamp at);
// BW-4001: somebody opened an identity. The reason stays in the audit trail: it may name a person.
Alert make_identity_opened_alert(const std::string& incident, const std::string& who, Timestamp at);

// BW-4001 as well: somebody asked the journal. `subject`: the pseudonyms in the answer.
Alert make_journal_asked_alert(const std::string& subject, const std::string& who, Timestamp at);
// BW-4001 as well: a volunteer's device is watched for calibration.
Alert make_device_watched_alert(const std::string& volunteer, const std::string& who, Timestamp at);

// BW-4001 as well: somebody opened the list of people behind a mention; who is on it is not told.
Alert make_mention_opened_alert(const Mention& mention, const std::string& who, Timestamp at);
// BW-4002: somebody entered a mention, or took it back.
Alert make_mention_entered_alert(const Mention& mention, const std::string& who, Timestamp at);

struct LookupTold;
// BW-4012: somebody asked about a complaint; who was in the answer is not told.
Alert make_lookup_alert(const LookupTold& told, const std::string& who, Timestamp at);

// BW-4013: somebody promised an answer.
Alert make_promise_alert(const std::string& incident, const Promise& promise, const std::string& who);
// BW-5001, by the number of the reminder.
Alert make_due_alert(const DueItem& item, std::uint64_t reminder, Timestamp now);

// BW-4003: somebody gave an incident a verdict; `before`: the one that it replaces.
Alert make_verdict_alert(const Incident& incident, const VerdictChange& given, std::optional<Verdict> before);
// BW-4004: somebody sent samples of events to a sink.
Alert make_samples_sent_alert(const std::string& sink, std::size_t count, const std::string& who, Timestamp at);

// BW-3010: how often a rule was right by the verdicts in force; `platform` "": on all.
Alert make_figures_alert(const std::string& rule, const std::string& platform, const VerdictCounts& counts,
                         Timestamp at);

}  // namespace breakwatch
