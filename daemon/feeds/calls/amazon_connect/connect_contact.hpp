// A contact of Amazon Connect as a whole: its contact record (after it is over), and the contact events
// that EventBridge gets while it goes on.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

// "VOICE" and the like; none: another, or none given.
std::optional<Channel> connect_channel(std::string_view word);
// Whether that way of beginning makes a contact with a customer: not a supervisor who listens in, not the
// leg to a third party.
bool with_customer(std::string_view initiation_method);
std::string connect_id_of_arn(const std::string& arn);  // after its last slash

bool is_contact_record(const boost::json::object& record);
bool is_contact_event(const boost::json::object& record);
std::expected<CallStatements, std::string> read_contact_record(const boost::json::object& record);
std::expected<CallStatements, std::string> read_contact_event(const boost::json::object& record);

}  // namespace breakwatch
