#include "cli/mark_reader.hpp"

namespace breakwatch {

std::vector<std::string> MarkReader::look(Timestamp now)
{
    std::vector<std::string> said;
    const bool was_open = !lines_.ended();
    for (const auto& line : lines_.look()) {
        // What follows is typed for whatever comes next, and is not a mark of this session.
        if (ended_) break;
        if (auto text = take(line, now); !text.empty()) said.push_back(std::move(text));
    }
    if (was_open && lines_.ended()) ended_ = true;
    return said;
}

std::string MarkReader::mark(Timestamp now)
{
    if (browse_only_)
        return "not taken: nothing is published in a session of browse_only; if something was, x + Enter throws the "
               "session away";
    if (marks_.size() >= kMostMarks) return "not taken: there are " + std::to_string(kMostMarks) + " marks already";
    if (!marks_.empty() && now - marks_.back() < kLeastApart)
        return "not taken: less than " + to_words(kLeastApart) + " after the mark before";
    marks_.push_back(now);
    return "mark " + std::to_string(marks_.size()) + " at " + to_clock(now) + " UTC";
}

std::string MarkReader::take_back()
{
    if (marks_.empty()) return "there is no mark to take back";
    auto said = "mark " + std::to_string(marks_.size()) + " is taken back";
    marks_.pop_back();
    return said;
}

std::string MarkReader::take(const std::string& line, Timestamp now)
{
    if (line.empty()) return mark(now);
    if (line == "u") return take_back();
    if (line == "e") return end(), "";
    if (line == "x") return discard(), "";
    return "not understood, nothing was marked: Enter marks, u + Enter takes the last mark back, e + Enter ends, "
           "x + Enter throws the session away";
}

}  // namespace breakwatch
