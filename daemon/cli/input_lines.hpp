// What is typed, a line at a time. Never waits: read between two looks at the network, so that one thread does both.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace breakwatch {

class InputLines {
  public:
    // Reads from this descriptor, which stays the caller's.
    explicit InputLines(int input) : input_(input) {}

    // The lines that are whole by now, without blanks around them. A line longer than anything that could be meant is
    // cut short.
    std::vector<std::string> look();
    bool ended() const { return ended_; }
    // Until something can be read, or a signal comes, or so long.
    void wait(std::chrono::milliseconds time) const;

  private:
    int input_;
    bool ended_ = false;
    std::string line_;  // not ended yet; bounded
};

}  // namespace breakwatch
