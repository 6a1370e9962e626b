#include "policy/mention/exchange_record.hpp"

#include <algorithm>
#include <limits>

#include "policy/share.hpp"

namespace breakwatch {

namespace {

// Beyond every number that a finding of this run has.
constexpr FindingNumber kRecalled = FindingNumber{1} << 62U;

// Whose it is; nobody's where that is not sure.
StaffId owner_of(const RecordedExchange& exchange)
{
    return exchange.judgement.key ? exchange.judgement.key->staff : StaffId{};
}

// Below this nobody would be named by it, and its reasons would never be told.
constexpr double kLeastTold = 0.1;

// What is kept for days says no device, and is small.
void cut_short(RecordedExchange& exchange)
{
    if (exchange.finding.confidence < kLeastTold) exchange.finding.reasons.clear();
    exchange.finding.device = {};
    exchange.judgement.binding.mac = {};
    exchange.judgement.binding.ip = {};
    if (exchange.judgement.key) return;
    Judgement nobodys;
    nobodys.outcome = exchange.judgement.outcome;
    exchange.judgement = std::move(nobodys);
}

}  // namespace

void ExchangeRecord::put(FindingNumber number, const Finding& finding, Judgement judgement,
                         std::vector<std::string> contacts)
{
    if (capacity_ == 0) return;
    if (const auto known = pending_.find(number); known != pending_.end()) {
        const auto& [before, was, handled] = entries_.at(known->second).exchange;
        if (was.key == judgement.key && was.outcome == judgement.outcome && handled == contacts &&
            was.binding.grade == judgement.binding.grade && was.duty.on_shift == judgement.duty.on_shift)
            return;
        drop(entries_.find(known->second));
    }
    RecordedExchange exchange{finding, std::move(judgement), std::move(contacts)};
    const auto owner = owner_of(exchange);
    make_room(owner);
    const Key key{finding.platform, finding.at, number};
    changed_.push_back(finding.at);
    pending_.emplace(number, key);
    entries_.emplace(key, Entry{std::move(exchange), false});
    ++of_person_[owner];
}

void ExchangeRecord::erase(FindingNumber number)
{
    const auto known = pending_.find(number);
    if (known == pending_.end()) return;
    drop(entries_.find(known->second));
}

void ExchangeRecord::settle(FindingNumber number)
{
    const auto known = pending_.find(number);
    if (known == pending_.end()) return;
    auto& entry = entries_.at(known->second);
    entry.settled = true;
    cut_short(entry.exchange);
    if (keep_) settled_.push_back(entry.exchange);
    pending_.erase(known);
}

void ExchangeRecord::recall(RecordedExchange exchange)
{
    if (capacity_ == 0) return;
    // A kill between the two: it still waits for late facts, and settles again.
    const auto& finding = exchange.finding;
    for (const auto& [key, entry] : window(finding.platform, finding.at, finding.at)) {
        const auto& there = entry.exchange.finding;
        if (there.server_name == finding.server_name && there.up_bytes == finding.up_bytes &&
            there.down_bytes == finding.down_bytes && entry.exchange.judgement.key == exchange.judgement.key)
            return;
    }
    const auto owner = owner_of(exchange);
    make_room(owner);
    const Key key{exchange.finding.platform, exchange.finding.at, kRecalled + next_recalled_++};
    entries_.emplace(key, Entry{std::move(exchange), true});
    ++of_person_[owner];
}

void ExchangeRecord::drop(Entries::iterator entry)
{
    const auto& [platform, at, number] = entry->first;
    changed_.push_back(at);
    pending_.erase(number);
    const auto person = of_person_.find(owner_of(entry->second.exchange));
    if (--person->second == 0) of_person_.erase(person);
    entries_.erase(entry);
}

// The oldest goes; of somebody with more than a share, their own oldest, so that one phone's traffic costs nobody
// else's record.
void ExchangeRecord::make_room(const StaffId& newcomer)
{
    const auto known = of_person_.find(newcomer);
    const bool own = known != of_person_.end() && known->second >= share_of(capacity_);
    if (entries_.size() < capacity_ && !own) return;
    auto oldest = entries_.end();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        if (own && owner_of(entry->second.exchange) != newcomer) continue;
        if (oldest == entries_.end() || std::get<Timestamp>(entry->first) < std::get<Timestamp>(oldest->first))
            oldest = entry;
    }
    ++refused_full_;
    incomplete_before(std::get<Timestamp>(oldest->first) + Duration{1});
    drop(oldest);
}

std::size_t ExchangeRecord::purge(Timestamp time)
{
    incomplete_before(time);
    std::size_t gone = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto here = entry++;
        if (std::get<Timestamp>(here->first) >= time) continue;
        drop(here);
        ++gone;
    }
    return gone;
}

void ExchangeRecord::forget(const StaffId& staff)
{
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto here = entry++;
        if (owner_of(here->second.exchange) != staff) continue;
        incomplete_before(std::get<Timestamp>(here->first) + Duration{1});
        drop(here);
    }
}

void ExchangeRecord::clear()
{
    while (!entries_.empty()) drop(entries_.begin());
}

ExchangeRecord::Window ExchangeRecord::window(const std::string& platform, Timestamp from, Timestamp to) const
{
    return {entries_.lower_bound({platform, from, 0}),
            entries_.upper_bound({platform, to, std::numeric_limits<FindingNumber>::max()})};
}

}  // namespace breakwatch
