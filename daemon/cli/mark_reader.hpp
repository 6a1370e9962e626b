// What a volunteer types while their device is watched: a line is a mark, "u" takes the last one back.
// Never waits: read between two looks at the network, so that one thread does both.
#pragma once

#include <string>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

class MarkReader {
  public:
    static constexpr std::size_t kMostMarks = 10'000;

    // Reads from this descriptor, which stays the caller's.
    explicit MarkReader(int input) : input_(input) {}

    // Takes in what was typed by `now`; what is to be said about it, a line each.
    std::vector<std::string> look(Timestamp now);
    bool ended() const { return ended_; }  // end of input
    const std::vector<Timestamp>& marks() const { return marks_; }

  private:
    std::string take(std::string_view line, Timestamp now);

    int input_;
    bool ended_ = false;
    std::string line_;  // not ended yet; bounded
    std::vector<Timestamp> marks_;
};

}  // namespace breakwatch
