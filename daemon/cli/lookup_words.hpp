// What a complaint's question comes to, in words and as JSON. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/mention/lookup.hpp"
#include "report/site_zone.hpp"
#include "store/identity_key.hpp"
#include "store/store.hpp"

namespace breakwatch {

// People on duty in that time, and of how many of them a device was on the network, as the journal has it.
struct DutyCount {
    std::size_t on_duty = 0;
    std::size_t on_network = 0;
};

struct LookupReply {
    LookupQuestion question;
    LookupAnswer answer;
    double line = 0;                // confidence that is alerted by itself
    Duration retention{0};          // of the record; zero: there is none
    std::optional<DutyCount> duty;  // none: the journal does not reach back so far
    std::vector<Trouble> troubles;
    std::size_t spoilt = 0;  // pieces of the record that cannot be read back
    Timestamp now;
};

std::string as_text(const LookupReply& reply, const SiteZone& zone, const IdentityKey& key);
std::string as_json(const LookupReply& reply, const IdentityKey& key);

}  // namespace breakwatch
