// A conversation of Genesys Cloud as its notifications tell it: who takes part, since when connected, as what.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

std::string lower(std::string text);
// Of a media type; none: nothing a customer is in contact by.
std::optional<Channel> genesys_channel(const std::string& media);
// A supervisor who monitors, coaches or barges in, or an agent who is only consulted.
bool listens_in(const boost::json::object& part);
CallStatements read_conversation(const boost::json::object& body, std::string_view topic);

}  // namespace breakwatch
