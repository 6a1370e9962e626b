#include "capture/router_watch.hpp"

namespace breakwatch {

bool RouterWatch::saw(const MacAddress& mac, const IpAddress& ip)
{
    if (configured_ || local_full_ || local_.contains(ip) || routers_.contains(mac)) return false;
    if (candidates_.size() >= kCandidates && !candidates_.contains(mac)) return false;
    auto& carried = candidates_[mac];
    carried.insert(ip);
    if (carried.size() < kEnough) return false;
    candidates_.erase(mac);
    routers_.insert(mac);
    return true;
}

void RouterWatch::learn(const RouterFact& fact)
{
    if (fact.router.is_zero()) return is_local(fact.local);
    candidates_.erase(fact.router);
    routers_.insert(fact.router);
}

void RouterWatch::is_local(const IpAddress& ip)
{
    if (configured_) return;
    if (local_.size() >= kLocal) {
        local_full_ = true;
        return;
    }
    if (!local_.insert(ip).second) return;
    for (auto& [mac, carried] : candidates_) carried.erase(ip);
}

}  // namespace breakwatch
