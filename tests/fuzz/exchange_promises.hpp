// What every exchange keeps, whoever built it from whatever packets.
#pragma once

#include "fuzz/target.hpp"
#include "policy/activity/exchange.hpp"

namespace breakwatch::fuzz {

inline void check_exchange(const Exchange& exchange)
{
    promise(exchange.up_first <= exchange.up_last, "a burst ends after its start");
    promise(!exchange.down_first || *exchange.down_first >= exchange.up_last, "an answer follows its request");
    promise(!exchange.down_first || (exchange.down_last && *exchange.down_last >= *exchange.down_first),
            "an answer ends after its start");
    promise(exchange.longest_pause >= Duration{0} && exchange.quiet_before >= Duration{0}, "silence takes time");
    promise(exchange.server_round_trip >= Duration{0}, "a round trip takes time");
    promise(is_normal_name(exchange.server_name) && !exchange.server_name.empty(), "a platform's server is named");
}

}  // namespace breakwatch::fuzz
