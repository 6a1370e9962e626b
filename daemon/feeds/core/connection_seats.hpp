// How many connections a listener holds at once, and who gives way to a new one: first who has shown nothing
// yet, of these the peer with the most connections, of its connections the one idle for longest. So a host
// that opens hundreds takes seats from itself alone. Main thread only.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

// A connection's place, given up by letting go of it.
struct ConnectionSeat {
    using Clock = std::chrono::steady_clock;

    IpAddress peer;               // of an IPv6 host its network: it may have any number of addresses there
    std::function<void()> close;  // must not throw
    Clock::time_point idle_since = Clock::now();
    bool proven = false;  // something was taken from it
    bool busy = false;    // its request is being worked on: it does not give way
    bool displaced = false;

    void used()
    {
        idle_since = Clock::now();
        proven = true;
    }
};

class ConnectionSeats {
  public:
    struct Taken {
        std::shared_ptr<ConnectionSeat> seat;  // none: everyone is busy
        bool displaced = false;                // for it another was closed
    };

    ConnectionSeats(std::size_t most, std::size_t most_of_a_peer) : most_(most), most_of_a_peer_(most_of_a_peer) {}

    Taken take(const IpAddress& peer, std::function<void()> close)
    {
        std::erase_if(seats_, [](const auto& weak) { return weak.expired(); });
        const auto host = host_of(peer);
        Taken taken;
        if (of(host) >= most_of_a_peer_) {
            taken.displaced = displace(&host);
        } else if (seats_.size() >= most_) {
            taken.displaced = displace(nullptr);
        }
        if (seats_.size() >= most_ || of(host) >= most_of_a_peer_) return taken;
        taken.seat = std::make_shared<ConnectionSeat>();
        taken.seat->peer = host;
        taken.seat->close = std::move(close);
        seats_.push_back(taken.seat);
        return taken;
    }
    void close_all()
    {
        for (const auto& seat : present()) seat->close();
        seats_.clear();
    }

  private:
    using Seat = std::shared_ptr<ConnectionSeat>;

    static IpAddress host_of(IpAddress peer)
    {
        if (peer.family == IpAddress::Family::v6)
            std::fill(peer.octets.begin() + 8, peer.octets.end(), std::uint8_t{0});
        return peer;
    }
    std::vector<Seat> present() const
    {
        std::vector<Seat> seats;
        for (const auto& weak : seats_) {
            if (auto seat = weak.lock()) seats.push_back(std::move(seat));
        }
        return seats;
    }
    std::size_t of(const IpAddress& host) const
    {
        return static_cast<std::size_t>(
            std::ranges::count_if(present(), [&](const Seat& seat) { return seat->peer == host; }));
    }
    // False: nobody can give way. `host`: one of its own must.
    bool displace(const IpAddress* host)
    {
        auto seats = present();
        std::map<IpAddress, std::size_t> held;
        for (const auto& seat : seats) ++held[seat->peer];
        std::erase_if(seats, [&](const Seat& seat) { return seat->busy || (host != nullptr && seat->peer != *host); });
        const auto first = std::ranges::min_element(seats, {}, [&](const Seat& seat) {
            return std::tuple(seat->proven, ~held.at(seat->peer), seat->idle_since);
        });
        if (first == seats.end()) return false;
        const Seat& gone = *first;
        std::erase_if(seats_, [&](const auto& weak) { return weak.lock() == gone; });
        gone->displaced = true;
        gone->close();
        return true;
    }

    std::size_t most_;
    std::size_t most_of_a_peer_;
    std::vector<std::weak_ptr<ConnectionSeat>> seats_;
};

}  // namespace breakwatch
