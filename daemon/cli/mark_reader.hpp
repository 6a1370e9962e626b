// The marks of a volunteer's session, by key or by the page: Enter marks, "u" takes the last one back, "e" ends the
// session, "x" throws it away.
#pragma once

#include <string>
#include <vector>

#include "cli/input_lines.hpp"
#include "policy/types.hpp"

namespace breakwatch {

class MarkReader {
  public:
    static constexpr std::size_t kMostMarks = 10'000;
    // Nobody publishes twice within it: a key that was pressed twice would make a post of some other request.
    static constexpr std::chrono::seconds kLeastApart{2};

    // `lines` outlives it. With `browse_only` no mark is taken: an Enter by mistake does not spoil the session.
    explicit MarkReader(InputLines& lines, bool browse_only = false) : lines_(lines), browse_only_(browse_only) {}

    // Takes in what was typed by `now`; what is to be said about it, a line each.
    std::vector<std::string> look(Timestamp now);
    // The same not by key; what is to be said.
    std::string mark(Timestamp now);
    std::string take_back();
    void end() { ended_ = true; }
    void discard() { ended_ = discarded_ = true; }

    bool ended() const { return ended_; }
    bool discarded() const { return discarded_; }
    const std::vector<Timestamp>& marks() const { return marks_; }

  private:
    std::string take(const std::string& line, Timestamp now);

    InputLines& lines_;
    bool browse_only_;
    bool ended_ = false;
    bool discarded_ = false;
    std::vector<Timestamp> marks_;
};

}  // namespace breakwatch
