// What a SIEM is told of the walk to a name. The reason stays in the audit trail: it may name a person.
#pragma once

#include <string>
#include <vector>

#include "store/alert.hpp"
#include "store/opening.hpp"

namespace breakwatch {

// "anna and bob"
std::string names_of(const std::vector<Opener>& openers);
// BW-4010: somebody asks for a name to be opened.
Alert make_opening_asked_alert(const OpeningAsk& ask);
// BW-4011: an opener approved; `who` brought the approval.
Alert make_opening_approved_alert(const Approval& approval, const std::string& who, Timestamp at);
// BW-4001: opened, with the approval of both.
Alert make_opened_by_two_alert(const OpeningAsk& ask, const std::vector<Opener>& openers, const std::string& who,
                               Timestamp at);

}  // namespace breakwatch
