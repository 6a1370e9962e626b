// The wanted attributes of an Accounting-Request (RFC 2866, 2869, 3162, 6911). Pure.
#pragma once

#include <expected>

#include "decode/radius_message.hpp"
#include "feeds/radius/radius_session.hpp"

namespace breakwatch {

// Refused when a wanted attribute has a length that its type cannot have.
std::expected<AccountingRecord, SessionRefusal> accounting_record(const RadiusMessage& message);

std::expected<SessionEvent, SessionRefusal> session_event(const RadiusMessage& message,
                                                          Timestamp arrival);

}  // namespace breakwatch
