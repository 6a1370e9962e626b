#include "flow/flow_table.hpp"

#include <algorithm>
#include <utility>

#include "policy/share.hpp"

namespace breakwatch {

namespace {

// How far an entry's place in its age list may lag behind before it is moved: saves the work on busy flows.
constexpr Duration kTouchStep = std::chrono::seconds{1};

constexpr std::size_t kCacheLine = 64;

__extension__ using Wide = unsigned __int128;

// Both halves of a product, since each alone leaves out what the other has.
std::uint64_t folded_product(std::uint64_t one, std::uint64_t other)
{
    const auto product = static_cast<Wide>(one) * other;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace

FlowKey FlowKey::of(const FiveTuple& tuple)
{
    const bool swap = tuple.responder < tuple.originator;
    return {swap ? tuple.responder : tuple.originator, swap ? tuple.originator : tuple.responder, tuple.protocol};
}

FlowHash::FlowHash(const HashKey& secret)
{
    for (std::uint64_t i = 0; i < words_.size(); ++i) {
        KeyedHash word(secret);
        word.add(i);
        words_[i] = word.finish(sizeof i) | 1U;
    }
}

// An IPv4 address leaves room for its port in the same word; words of IPv6 are full. The last product spreads what is
// in the sum's high bits to those that a table takes.
std::uint32_t FlowHash::operator()(const FlowKey& key) const
{
    const auto protocol = static_cast<std::uint64_t>(key.protocol) << 16U;
    const bool v6 = key.low.ip.family == IpAddress::Family::v6;
    const std::uint64_t low_port = key.low.port | protocol;
    const std::uint64_t high_port = key.high.port;
    auto sum = folded_product(key.low.ip.high() + (v6 ? 0 : low_port) + words_[0],
                              key.high.ip.high() + (v6 ? 0 : high_port) + words_[1]);
    if (v6) {
        sum += folded_product(key.low.ip.low() + words_[2], key.high.ip.low() + words_[3]);
        sum += folded_product(low_port + words_[4], high_port + words_[5]);
    }
    return static_cast<std::uint32_t>(folded_product(sum + words_[6], words_[7]));
}

FlowTable::FlowTable(std::size_t capacity, Duration tcp_idle, Duration udp_idle, Ended ended)
    : capacity_(capacity),
      tcp_idle_(tcp_idle),
      udp_idle_(udp_idle),
      ended_(std::move(ended)),
      slots_(4096),
      shares_(share_of(capacity))
{}

FlowEntry* FlowTable::find(const FlowKey& key, std::uint32_t hash)
{
    const auto mask = slots_.size() - 1;
    for (auto at = hash & mask;; at = (at + 1) & mask) {
        const auto& slot = slots_[at];
        if (slot.entry == kNone) return nullptr;
        if (slot.hash != hash) continue;
        auto& found = entry(slot.entry);
        if (key.is_of(found.tuple)) return &found;
    }
}

void FlowTable::prefetch_flow(std::uint32_t hash) const
{
    const auto& slot = slots_[hash & (slots_.size() - 1)];
    if (slot.entry == kNone || slot.hash != hash) return;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): an address, not what is there
    const auto* const octets = reinterpret_cast<const char*>(&blocks_[slot.entry / kBlock][slot.entry % kBlock]);
    for (std::size_t at = 0; at < sizeof(FlowEntry); at += kCacheLine) __builtin_prefetch(octets + at);
}

// UDP conversations are short; a TCP connection goes only when there are no others.
FlowEntry& FlowTable::oldest()
{
    for (auto* list : {&udp_unanswered_, &tcp_unanswered_, &udp_}) {
        if (list->oldest != kNone) return entry(list->oldest);
    }
    return entry(tcp_.oldest);
}

FlowEntry& FlowTable::insert(const FlowKey& key, std::uint32_t hash, SourceShares::Bucket share, Timestamp now,
                             bool& evicted)
{
    evicted = size_ >= capacity_;
    if (evicted) erase(oldest());
    if ((size_ + 1) * 2 > slots_.size()) grow();
    if (free_.empty()) {
        const auto first = static_cast<std::uint32_t>(blocks_.size() * kBlock);
        blocks_.push_back(std::make_unique<FlowEntry[]>(kBlock));
        for (std::uint32_t i = kBlock; i > 0; --i) free_.push_back(first + i - 1);
    }
    const auto index = free_.back();
    free_.pop_back();
    auto& fresh = entry(index);
    fresh.index = index;
    fresh.hash = hash;
    fresh.tuple = {key.low, key.high, key.protocol};
    fresh.first_seen = now;
    fresh.last_seen = now;
    fresh.share = share;
    shares_.take(fresh.share);
    link_newest(fresh, list_of(fresh));
    const auto mask = slots_.size() - 1;
    auto at = fresh.hash & mask;
    while (slots_[at].entry != kNone) at = (at + 1) & mask;
    slots_[at] = {index, fresh.hash};
    ++size_;
    return fresh;
}

void FlowTable::touch(FlowEntry& touched, Timestamp now)
{
    const bool stale = now - touched.listed >= kTouchStep;
    if (now > touched.last_seen) touched.last_seen = now;
    auto& list = list_of(touched);
    if (!stale) return;
    if (list.newest == touched.index) {
        touched.listed = touched.last_seen;
        return;
    }
    unlink(touched);
    link_newest(touched, list);
}

void FlowTable::answered(FlowEntry& flow)
{
    unlink(flow);
    flow.answered = true;
    link_newest(flow, list_of(flow));
}

void FlowTable::count_to(FlowEntry& flow, SourceShares::Bucket share)
{
    shares_.give_back(flow.share);
    shares_.take(share);
    flow.share = share;
}

std::size_t FlowTable::slot_of(const FlowEntry& wanted) const
{
    const auto mask = slots_.size() - 1;
    auto at = wanted.hash & mask;
    while (slots_[at].entry != wanted.index) at = (at + 1) & mask;
    return at;
}

void FlowTable::erase(FlowEntry& gone)
{
    ended_(gone);
    // Linear probing without gravestones: those after the hole that belong before it move up.
    const auto mask = slots_.size() - 1;
    auto hole = slot_of(gone);
    for (auto at = (hole + 1) & mask; slots_[at].entry != kNone; at = (at + 1) & mask) {
        const auto home = slots_[at].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            slots_[hole] = slots_[at];
            hole = at;
        }
    }
    slots_[hole] = {};
    unlink(gone);
    shares_.give_back(gone.share);
    free_.push_back(gone.index);
    gone = FlowEntry{};
    --size_;
}

void FlowTable::expire(Timestamp now)
{
    find_expired(tcp_unanswered_, now - tcp_idle_);
    find_expired(udp_unanswered_, now - udp_idle_);
    find_expired(tcp_, now - tcp_idle_);
    find_expired(udp_, now - udp_idle_);
    end_found();
}

// The few before the first that was listed later may have been touched since.
void FlowTable::find_expired(const AgeList& list, Timestamp before)
{
    for (auto index = list.oldest; index != kNone && entry(index).listed < before; index = entry(index).newer) {
        if (entry(index).last_seen < before) found_.emplace_back(entry(index).id, index);
    }
}

void FlowTable::end_found()
{
    std::ranges::sort(found_);
    for (const auto& [id, index] : found_) erase(entry(index));
    found_.clear();
}

void FlowTable::clear()
{
    for (const auto* list : {&tcp_unanswered_, &udp_unanswered_, &tcp_, &udp_}) {
        for (auto index = list->oldest; index != kNone; index = entry(index).newer)
            found_.emplace_back(entry(index).id, index);
    }
    end_found();
}

void FlowTable::link_newest(FlowEntry& linked, AgeList& list)
{
    linked.listed = linked.last_seen;
    linked.older = list.newest;
    linked.newer = kNone;
    (list.newest == kNone ? list.oldest : entry(list.newest).newer) = linked.index;
    list.newest = linked.index;
}

void FlowTable::unlink(FlowEntry& linked)
{
    auto& list = list_of(linked);
    (linked.older == kNone ? list.oldest : entry(linked.older).newer) = linked.newer;
    (linked.newer == kNone ? list.newest : entry(linked.newer).older) = linked.older;
}

void FlowTable::grow()
{
    const auto old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
    const auto mask = slots_.size() - 1;
    for (const auto& slot : old) {
        if (slot.entry == kNone) continue;
        auto at = slot.hash & mask;
        while (slots_[at].entry != kNone) at = (at + 1) & mask;
        slots_[at] = slot;
    }
}

}  // namespace breakwatch
