// Genesys Cloud analytics detail events (v2.detail.events.conversation.{id}.user.start, .user.end, .acw) and
// presence (v2.users.{id}.presence), as its event bridge or its notifications carry them, or the body alone:
// https://developer.genesys.cloud/analyticsdatamanagement/analytics/notifications
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "feeds/calls/call_statement.hpp"

namespace breakwatch {

// Calls are the agent's sessions by voice; ani, dnis and everything else of the customer stay unread.
std::expected<CallStatements, std::string> read_genesys_cloud(std::string_view record);

}  // namespace breakwatch
