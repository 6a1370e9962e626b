// Amazon Connect agent event streams, one record a line or request:
// https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
// A record holds the agent's state before and after an event; calls are what changes between the two.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "feeds/calls/call_statement.hpp"

namespace breakwatch {

// Of the agent's contacts those by voice. Everything a snapshot shows is stated again with each record,
// so that a lost record loses no call; repeats are known by the contact's id.
std::expected<CallStatements, std::string> read_amazon_connect(std::string_view record);

}  // namespace breakwatch
