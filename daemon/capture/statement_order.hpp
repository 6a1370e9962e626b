// What several sensors said of some packets, in the order in which one would have said it: by packet, then by what came
// of it first, then as StatementSink::take() says. Volumes become the sums that one would have counted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "capture/statement.hpp"

namespace breakwatch {

// What of a packet's time comes when: what its time has ended, and then what it shows.
enum class Phase : std::uint8_t { flows_ended, time_passed, packet };

// Of one sensor, on its thread.
class StatementRecord final : public StatementSink {
  public:
    struct Said {
        std::uint64_t packet = 0;
        Phase phase = Phase::packet;
        std::uint64_t order = 0;
        Statement statement;
    };

    void at(std::uint64_t packet, Phase phase)
    {
        packet_ = packet;
        phase_ = phase;
    }
    void take(Statement&& statement, std::uint64_t order) override
    {
        said_.push_back({packet_, phase_, phase_ == Phase::packet ? 0 : order, std::move(statement)});
    }
    std::vector<Said>& said() { return said_; }

  private:
    std::uint64_t packet_ = 0;
    Phase phase_ = Phase::packet;
    std::vector<Said> said_;
};

// `records`: of each sensor in the order of their numbers; they are empty afterwards.
void tell_in_order(std::span<std::vector<StatementRecord::Said>> records, StatementSink& sink);

}  // namespace breakwatch
