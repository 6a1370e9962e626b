// The one budget of everything that waits for the rest of a hello, over TCP and QUIC: so many flows, so many
// octets, and a share of both for each sender. Full: what was idle for longest is read as it is and let go, of the
// sender whose share is full or of all. A hello in two packets is complete within a round trip, so that an attacker
// must renew the whole budget in that time.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

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
    Search* older_of_share = nullptr;
    Search* newer_of_share = nullptr;
    std::size_t held = 0;  // octets
    SourceShares::Bucket share = 0;
};

class SearchBudget {
  public:
    SearchBudget(std::size_t flows, std::size_t octets)
        : flows_(flows),
          octets_(octets),
          flow_shares_(share_of(flows)),
          octet_shares_(share_of(octets, 256UL * 1024)),
          of_share_(SourceShares::kBuckets + 1)
    {}

    // Reads what waits in the flow as it is and takes its search down, by close().
    using LetGo = std::function<void(FlowEntry&)>;
    void on_let_go(LetGo let_go) { let_go_ = std::move(let_go); }

    using Lose = std::function<void(Loss, Timestamp)>;
    void on_loss(Lose lose) { lose_ = std::move(lose); }

    // Makes room for a search in a flow of that sender: its own oldest goes before another's.
    void make_room(SourceShares::Bucket share, Timestamp at)
    {
        if (!flow_shares_.room(share)) {
            lose_(Loss::hello_share_full, at);
            let_go_(*of_share_[share].oldest->flow);
        } else if (searching_ >= flows_) {
            lose_(Loss::hello_flows_full, at);
            let_go_(*all_.oldest->flow);
        }
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
    // What the search holds now. False: its sender has more than its share, or everybody together has too much,
    // and it was the oldest of them: the search is closed.
    bool hold(Search& search, std::size_t octets, Timestamp at)
    {
        octet_shares_.give_back(search.share, search.held);
        held_ += octets - search.held;
        search.held = octets;
        octet_shares_.take(search.share, octets);
        unlink(search);
        link(search);
        const auto share = search.share;
        while (!octet_shares_.room(share, 0)) {
            if (!let_go_oldest(of_share_[share], Loss::hello_share_full, search, at)) return false;
        }
        while (held_ > octets_) {
            if (!let_go_oldest(all_, Loss::hello_memory_full, search, at)) return false;
        }
        return true;
    }
    std::size_t searching() const { return searching_; }
    std::size_t held() const { return held_; }

  private:
    // By when they were last added to.
    struct AgeList {
        Search* oldest = nullptr;
        Search* newest = nullptr;
    };

    // False: it was `search` itself.
    bool let_go_oldest(const AgeList& list, Loss loss, const Search& search, Timestamp at)
    {
        lose_(loss, at);
        const bool itself = list.oldest == &search;
        let_go_(*list.oldest->flow);
        return !itself;
    }
    void link(Search& search)
    {
        link(all_, search, &Search::older, &Search::newer);
        link(of_share_[search.share], search, &Search::older_of_share, &Search::newer_of_share);
    }
    void unlink(Search& search)
    {
        unlink(all_, search, &Search::older, &Search::newer);
        unlink(of_share_[search.share], search, &Search::older_of_share, &Search::newer_of_share);
    }
    using Neighbour = Search* Search::*;
    static void link(AgeList& list, Search& search, Neighbour older, Neighbour newer)
    {
        search.*older = list.newest;
        search.*newer = nullptr;
        (list.newest == nullptr ? list.oldest : list.newest->*newer) = &search;
        list.newest = &search;
    }
    static void unlink(AgeList& list, Search& search, Neighbour older, Neighbour newer)
    {
        (search.*older == nullptr ? list.oldest : (search.*older)->*newer) = search.*newer;
        (search.*newer == nullptr ? list.newest : (search.*newer)->*older) = search.*older;
    }

    std::size_t flows_;
    std::size_t octets_;
    LetGo let_go_;
    Lose lose_;
    SourceShares flow_shares_;
    SourceShares octet_shares_;
    std::size_t searching_ = 0;
    std::size_t held_ = 0;
    AgeList all_;
    std::vector<AgeList> of_share_;
};

}  // namespace breakwatch
