// Flows by their direction-free key, with a cap and expiry by packet time. Open addressing over
// indices; entries live in fixed blocks, so a reference to one stays valid until it is erased.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "flow/flow_entry.hpp"
#include "flow/source_shares.hpp"
#include "policy/keyed_hash.hpp"

namespace breakwatch {

// The same for both directions of a conversation.
struct FlowKey {
    Endpoint low;
    Endpoint high;
    Protocol protocol = Protocol::tcp;

    static FlowKey of(const FiveTuple& tuple);
    bool operator==(const FlowKey&) const = default;
    bool is_of(const FiveTuple& tuple) const
    {
        if (tuple.protocol != protocol) return false;
        return (tuple.originator == low && tuple.responder == high) ||
               (tuple.originator == high && tuple.responder == low);
    }
};

// The hash of each packet: NH (Black and others, "UMAC: Fast and Secure Message Authentication", section 5), which
// nobody who does not know its secret words can make collide but by chance. Of words of 64 bits, as far as a table
// needs it.
class FlowHash {
  public:
    explicit FlowHash(const HashKey& secret);
    std::uint32_t operator()(const FlowKey& key) const;

  private:
    std::array<std::uint64_t, 8> words_{};
};

class FlowTable {
  public:
    using Ended = std::function<void(FlowEntry&)>;

    // `ended` is called for every flow before it goes, whatever the reason.
    FlowTable(std::size_t capacity, Duration tcp_idle, Duration udp_idle, Ended ended);

    FlowEntry* find(const FlowKey& key) { return find(key, hash_of(key)); }
    // The same where the hash is needed again.
    std::uint32_t hash_of(const FlowKey& key) const { return hash_(key); }
    // What finding the flow of that hash will read; the second after the first has had its time.
    void prefetch_slot(std::uint32_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
    void prefetch_flow(std::uint32_t hash) const;
    FlowEntry* find(const FlowKey& key, std::uint32_t hash);
    // Whether the sender of a new flow's first packet has room in its share.
    bool room_for(SourceShares::Bucket share) const { return shares_.room(share); }
    // A fresh entry, counted to that share; `key` is not in the table. Full: what nobody answered goes first, then UDP,
    // then TCP; of each, what was idle for longest.
    FlowEntry& insert(const FlowKey& key, std::uint32_t hash, SourceShares::Bucket share, Timestamp now, bool& evicted);
    // The other side spoke: the flow stays for its protocol's idle time.
    void answered(FlowEntry& entry);
    // It turns out to be another sender's than was thought.
    void count_to(FlowEntry& entry, SourceShares::Bucket share);
    void touch(FlowEntry& entry, Timestamp now);
    void erase(FlowEntry& entry);
    // Whatever is idle for its time, and nothing else; of several the flow that began first ends first. So does all
    // that is left.
    void expire(Timestamp now);
    void clear();
    std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t kBlock = 1024;
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Slot {
        std::uint32_t entry = kNone;
        std::uint32_t hash = 0;
    };
    // Entries by when they were last touched, oldest first, as far as a step allows; lists apart by idle time and by
    // what goes first.
    struct AgeList {
        std::uint32_t oldest = kNone;
        std::uint32_t newest = kNone;
    };

    FlowEntry& entry(std::uint32_t index) { return blocks_[index / kBlock][index % kBlock]; }
    AgeList& list_of(const FlowEntry& entry)
    {
        if (entry.tuple.protocol == Protocol::tcp) return entry.answered ? tcp_ : tcp_unanswered_;
        return entry.answered ? udp_ : udp_unanswered_;
    }
    FlowEntry& oldest();
    std::size_t slot_of(const FlowEntry& entry) const;
    void unlink(FlowEntry& entry);
    void link_newest(FlowEntry& entry, AgeList& list);
    void grow();
    void find_expired(const AgeList& list, Timestamp before);
    void end_found();

    std::size_t capacity_;
    Duration tcp_idle_;
    Duration udp_idle_;
    Ended ended_;
    std::vector<std::unique_ptr<FlowEntry[]>> blocks_;
    std::vector<std::uint32_t> free_;
    std::vector<Slot> slots_;  // power of two
    const FlowHash hash_{table_hash_key()};
    SourceShares shares_;
    AgeList tcp_unanswered_;
    AgeList udp_unanswered_;
    AgeList tcp_;
    AgeList udp_;
    std::size_t size_ = 0;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> found_;  // to be ended: id and index
};

}  // namespace breakwatch
