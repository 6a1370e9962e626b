// What of a RADIUS server's world belongs to this site: a central one tells of other sites, partners and guests too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/identity/subnet.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct SiteScope {
    std::vector<std::string> realms;  // realms and Windows domains whose users are staff; a bare name always may be
    std::vector<std::string>
        nas;  // NAS-Identifiers or addresses that serve this site; empty: told by zones' SSIDs and APs
    std::vector<Subnet> networks;  // addresses of this site; empty: any

    bool has_address(const IpAddress& ip) const;
    bool lists_nas(std::string_view name) const;
};

// RFC 7542 user@realm, the older realm/user and user%realm, and the DOMAIN\user that Windows clients send: the name
// alone where every realm is one of `realms` (compared without case), else nothing.
std::string_view bare_user(std::string_view user, const std::vector<std::string>& realms);

// What EAP methods send outside the tunnel, and what is sent for no user at all: says nothing of who it is.
bool is_stand_in(std::string_view user);

}  // namespace breakwatch
