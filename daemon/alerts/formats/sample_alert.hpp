// An event as an example: every field that it may have, with the catalogue's example of each, marked as a sample.
#pragma once

#include "policy/event_catalogue.hpp"
#include "store/alert.hpp"

namespace breakwatch {

// Sequence numbers are zero: it is none of the store's.
Alert sample_alert(const EventKind& event, Timestamp at);

}  // namespace breakwatch
