// Who sits at the keyboard, for the audit trail.
#pragma once

#include <string>

namespace breakwatch {

// "alice as root": the login user, which sudo does not change and the environment cannot forge, and
// the user in force when that is another. Without a login session: the user in force alone.
std::string operator_name();

}  // namespace breakwatch
