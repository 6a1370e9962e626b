// Whom a call system means by the names of an agent. The one place where names become staff.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// Where an extension or user holds without being said so: contexts of Asterisk, domains of FreeSWITCH.
// "1001@agents" is alias 1001 if `agents` is one of them; of any other context it is somebody else.
using Contexts = std::vector<std::string>;
const Contexts& usual_contexts();  // of systems with one tenant

enum class Unmapped : std::uint8_t { nobody, two_people };

std::expected<StaffId, Unmapped> staff_of_agent(const Enrolment& enrolment, const std::vector<std::string>& names,
                                                const Contexts& own);

}  // namespace breakwatch
