// Rows of Kea's lease files.
#pragma once

#include <chrono>
#include <string>

#include "policy/types.hpp"

namespace breakwatch::test {

inline const std::string kHeader4 =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context\n";
inline const std::string kHeader6 =
    "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_"
    "fwd,fqdn_rev,"
    "hostname,hwaddr,state,user_context,hwtype,hwaddr_source\n";

inline std::string epoch(Timestamp time)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

// Held by the phone whose MAC ends so, for an hour from then.
inline std::string row(const std::string& address, const std::string& last, Timestamp from,
                       const std::string& state = "0")
{
    return address + ",02:1a:10:00:10:" + last + ",,3600," + epoch(from + std::chrono::hours{1}) + ",1,0,0,x," + state +
           ",\n";
}

}  // namespace breakwatch::test
