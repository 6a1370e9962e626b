#include "capture/dhcp_watch.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

std::uint64_t print_of(const DhcpMessage& message)
{
    return hash_bytes(message.vendor_class, hash_bytes(message.parameters));
}

}  // namespace

// A listed address is pinned to the MAC that answered with it first, where no MAC is listed: the address alone anybody
// can write. Without a list the first server of a VLAN is the network's, and so are other addresses of its MAC (a
// switch that serves several subnets).
bool DhcpWatch::believes(const IpAddress& id, const FrameContext& context)
{
    const bool listed = !listed_.empty() || !listed_macs_.empty();
    if (!listed_.empty() && std::ranges::find(listed_, id) == listed_.end()) return false;
    if (!listed_macs_.empty()) return std::ranges::find(listed_macs_, context.source) != listed_macs_.end();
    const auto same_place = [&](const Server& s) {
        return listed ? s.id == id : s.vlan == context.vlan && s.id.family == id.family;
    };
    const auto same_mac = [&](const Server& s) { return same_place(s) && s.mac == context.source; };
    if (std::ranges::any_of(learnt_, same_mac)) return true;
    if (std::ranges::any_of(learnt_, same_place) || learnt_.size() >= kServers) return false;
    learnt_.push_back({id, context.source, context.vlan});
    return true;
}

DhcpWatch::Answer DhcpWatch::answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    std::erase_if(recent_, [&](const Recent& r) { return context.time - r.at > kRepeats; });
    const auto same = [&](const Recent& r) {
        return r.transaction == message.transaction && r.client == message.client && r.ip == message.your_ip;
    };
    if (std::ranges::any_of(recent_, same)) return Answer::repeated;
    if (!believes(message.server_id.value_or(tuple.originator.ip), context)) return Answer::unknown_server;
    if (recent_.size() >= kRecent) recent_.pop_front();
    recent_.push_back({message.transaction, message.client, message.your_ip, context.time});
    return Answer::believed;
}

DhcpWatch::Answer DhcpWatch::answer6(const FiveTuple& tuple, const FrameContext& context)
{
    return believes(tuple.originator.ip, context) ? Answer::believed : Answer::unknown_server;
}

bool DhcpWatch::may_be_clients(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context,
                               bool by_router)
{
    const auto& from = tuple.originator.ip;
    const bool own_frame = context.source.is_zero() || context.source == message.client || by_router;
    const bool unspecified = from.octets == IpAddress{}.octets;  // RFC 2131 section 4.4.1: a DECLINE has no address yet
    return own_frame && (unspecified || from == message.client_ip);
}

// Options 55 and 60 show the client's software; one device has one until it is updated.
bool DhcpWatch::another_client(const DhcpMessage& message, Timestamp at)
{
    if (message.parameters.empty()) return false;
    const auto print = print_of(message);
    const auto [known, fresh] = prints_.try_emplace(message.client, print);
    if (fresh) {
        const auto other = [&](const Waiting& w) {
            return w.client == message.client && w.print != print && at - w.at < kWait;
        };
        return std::ranges::any_of(waiting_, other);
    }
    if (known->second == print) return false;
    known->second = print;
    return true;
}

void DhcpWatch::note_unknown(const DhcpMessage& message, Timestamp at)
{
    if (message.parameters.empty()) return;
    while (!waiting_.empty() && (waiting_.size() >= kWaiting || at - waiting_.front().at >= kWait))
        waiting_.pop_front();
    waiting_.push_back({message.client, print_of(message), at});
}

}  // namespace breakwatch
