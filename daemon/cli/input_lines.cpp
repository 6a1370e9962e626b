#include "cli/input_lines.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace breakwatch {

namespace {

constexpr std::size_t kLongestLine = 80;

std::string without_blanks(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r";
    const auto first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos ? ""
                                           : std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

}  // namespace

std::vector<std::string> InputLines::look()
{
    std::vector<std::string> lines;
    pollfd ready{.fd = input_, .events = POLLIN, .revents = 0};
    while (!ended_ && ::poll(&ready, 1, 0) > 0) {
        std::array<char, 256> text{};
        const auto count = ::read(input_, text.data(), text.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return lines;
        if (count <= 0) ended_ = true;
        for (const auto c : std::string_view(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0)) {
            if (c == '\n') {
                lines.push_back(without_blanks(line_));
                line_.clear();
            } else if (line_.size() < kLongestLine) {
                line_ += c;
            }
        }
    }
    return lines;
}

void InputLines::wait(std::chrono::milliseconds time) const
{
    pollfd ready{.fd = input_, .events = POLLIN, .revents = 0};
    (void)::poll(&ready, 1, static_cast<int>(time.count()));
}

}  // namespace breakwatch
