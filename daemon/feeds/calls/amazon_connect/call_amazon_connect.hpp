// What Amazon Connect tells: the agent event stream, contact records, and contact events of EventBridge.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

std::expected<CallStatements, std::string> read_amazon_connect(std::string_view text);

}  // namespace breakwatch
