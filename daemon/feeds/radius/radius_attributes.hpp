// The wanted attributes of an Accounting-Request (RFC 2866 and others: radius_dictionary.cpp), vendors' too. Pure.
#pragma once

#include <expected>
#include <optional>

#include "decode/radius_message.hpp"
#include "feeds/radius/radius_record.hpp"
#include "feeds/radius/radius_session.hpp"

namespace breakwatch {

template <typename Value>
std::optional<RadiusValue> wrapped(const std::optional<Value>& value)
{
    if (!value) return std::nullopt;
    return RadiusValue{*value};
}

// The octets of one value; none: not of this type.
std::optional<RadiusValue> radius_value(RadiusType type, Bytes octets);

// Refused when a wanted attribute has a length that its type cannot have.
std::expected<AccountingRecord, SessionRefusal> accounting_record(const RadiusMessage& message);

std::expected<SessionEvent, SessionRefusal> session_event(const RadiusMessage& message, Timestamp arrival);

}  // namespace breakwatch
