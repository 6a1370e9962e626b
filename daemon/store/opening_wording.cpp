#include "store/opening_wording.hpp"

#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

Alert made(const EventKind& kind, const std::string& incident, const std::string& who, Timestamp at, std::string text)
{
    return {.code = std::string(kind.code),
            .message_id = std::string(kind.message_ids),
            .severity = kind.severity,
            .at = at,
            .fields = {{"id", incident}, {"by", who}},
            .text = std::move(text)};
}

}  // namespace

std::string names_of(const std::vector<Opener>& openers)
{
    std::string names;
    for (std::size_t i = 0; i < openers.size(); ++i)
        names += (i == 0 ? "" : i + 1 == openers.size() ? " and " : ", ") + openers[i].name;
    return names;
}

Alert make_opening_asked_alert(const OpeningAsk& ask)
{
    return made(event::kOpeningAsked, ask.about.incident, ask.by, ask.at,
                ask.by + " asks for the identity behind incident " + ask.about.incident + " to be opened (request " +
                    ask.id + ", until " + to_rfc3339(ask.until) + "); two of " + names_of(ask.identity.openers) +
                    " have to approve");
}

Alert make_opening_approved_alert(const Approval& approval, const std::string& who, Timestamp at)
{
    auto alert = made(event::kOpeningApproved, approval.incident, who, at,
                      approval.opener.name + " approved of opening the identity behind incident " + approval.incident +
                          " (request " + approval.request + "); brought by " + who);
    alert.fields.emplace_back("openers", approval.opener.name);
    return alert;
}

Alert make_opened_by_two_alert(const OpeningAsk& ask, const std::vector<Opener>& openers, const std::string& who,
                               Timestamp at)
{
    auto alert = made(event::kOpened, ask.about.incident, who, at,
                      "the identity behind incident " + ask.about.incident + " was opened by " + who +
                          ", as asked by " + ask.by + " (request " + ask.id + ") and approved by " + names_of(openers));
    alert.fields.emplace_back("openers", names_of(openers));
    return alert;
}

}  // namespace breakwatch
