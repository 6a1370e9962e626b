// The one budget of everything that waits for the rest of a hello, over TCP and QUIC: so many flows, so many
// octets, and a share of both for each sender. Full: what was idle for longest is read as it is and let go. A hello
// in two packets is complete within a round trip, so that an attacker must renew the whole budget in that time.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "decode/counters.hpp"
#include "flow/source_shares.hpp"
#include "policy/share.hpp"

namespace breakwatch {

struct FlowEntry;

// What a flow holds while its names are looked for; the owner derives from it.
struct Search {
    FlowEntry* flow = nullptr;
    Search* older = nullptr;
    Search* newer = nullptr;
    std::size_t held = 0;  // octets
    SourceShares::Bucket share = 0;
};

class SearchBudget {
  public:
    SearchBudget(std::size_t flows, std::size_t octets)
        : flows_(flows), octets_(octets), flow_shares_(share_of(flows)), octet_shares_(share_of(octets, 256UL * 1024))
    {}

    // Reads what waits in the flow as it is and takes its search down, by close().
    using LetGo = std::function<void(FlowEntry&)>;
    void on_let_go(LetGo let_go) { let_go_ = std::move(let_go); }

    using Lose = std::function<void(Loss, Timestamp)>;
    void on_loss(Lose lose) { lose_ = std::move(lose); }

    // Whether a flow of that sender may begin a search; makes room for it.
    bool room_for(SourceShares::Bucket share, Timestamp at)
    {
        if (!flow_shares_.room(share)) {
            lose_(Loss::hello_share_full, at);
            return false;
        }
        if (searching_ >= flows_) {
            lose_(Loss::hello_flows_full, at);
            let_go_(*oldest_->flow);
        }
        return true;
    }
    void open(Search& search, FlowEntry& flow, SourceShares::Bucket share)
    {
        search.flow = &flow;
        search.share = share;
        flow_shares_.take(share);
        ++searching_;
        link(search);
    }
    void close(Search& search)
    {
        unlink(search);
        --searching_;
        flow_shares_.give_back(search.share);
        octet_shares_.give_back(search.share, search.held);
        held_ -= search.held;
        search.held = 0;
    }
    // What the search holds now. False: its sender has more than its share, or everybody together has too much
    // and it was the one to go: the search is closed.
    bool hold(Search& search, std::size_t octets, Timestamp at)
    {
        octet_shares_.give_back(search.share, search.held);
        held_ += octets - search.held;
        search.held = octets;
        octet_shares_.take(search.share, octets);
        unlink(search);
        link(search);
        if (octets > 0 && !octet_shares_.room(search.share, 0)) {
            lose_(Loss::hello_share_full, at);
            let_go_(*search.flow);
            return false;
        }
        while (held_ > octets_) {
            lose_(Loss::hello_memory_full, at);
            const bool own = oldest_ == &search;
            let_go_(*oldest_->flow);
            if (own) return false;
        }
        return true;
    }
    std::size_t searching() const { return searching_; }
    std::size_t held() const { return held_; }

  private:
    void link(Search& search)
    {
        search.older = newest_;
        search.newer = nullptr;
        (newest_ == nullptr ? oldest_ : newest_->newer) = &search;
        newest_ = &search;
    }
    void unlink(Search& search)
    {
        (search.older == nullptr ? oldest_ : search.older->newer) = search.newer;
        (search.newer == nullptr ? newest_ : search.newer->older) = search.older;
    }

    std::size_t flows_;
    std::size_t octets_;
    LetGo let_go_;
    Lose lose_;
    SourceShares flow_shares_;
    SourceShares octet_shares_;
    std::size_t searching_ = 0;
    std::size_t held_ = 0;
    Search* oldest_ = nullptr;
    Search* newest_ = nullptr;
};

}  // namespace breakwatch
