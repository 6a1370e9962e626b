#include "cli/mark_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace breakwatch {

namespace {

constexpr std::size_t kLongestLine = 80;

std::string_view without_blanks(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r";
    const auto first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::vector<std::string> MarkReader::look(Timestamp now)
{
    std::vector<std::string> said;
    pollfd ready{.fd = input_, .events = POLLIN, .revents = 0};
    while (!ended_ && ::poll(&ready, 1, 0) > 0) {
        std::array<char, 256> text{};
        const auto count = ::read(input_, text.data(), text.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return said;
        if (count <= 0) ended_ = true;
        for (const auto c : std::string_view(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0)) {
            if (c == '\n') {
                said.push_back(take(without_blanks(line_), now));
                line_.clear();
            } else if (line_.size() < kLongestLine) {
                line_ += c;
            }
        }
    }
    return said;
}

std::string MarkReader::take(std::string_view line, Timestamp now)
{
    const auto number = [this] { return "mark " + std::to_string(marks_.size()); };
    if (line.empty()) {
        if (marks_.size() >= kMostMarks) return "not taken: there are " + std::to_string(kMostMarks) + " marks already";
        marks_.push_back(now);
        return number() + " at " + to_clock(now) + " UTC";
    }
    if (line != "u")
        return "not understood, nothing was marked: Enter marks, u + Enter takes the last mark back, Ctrl-D ends";
    if (marks_.empty()) return "there is no mark to take back";
    auto said = number() + " is taken back";
    marks_.pop_back();
    return said;
}

}  // namespace breakwatch
