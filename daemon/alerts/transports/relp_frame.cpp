#include "alerts/transports/relp_frame.hpp"

#include <algorithm>
#include <charconv>

namespace breakwatch {

namespace {

constexpr std::size_t kMostDigits = 9;
constexpr std::size_t kMostText = 80;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Takes the leading octets that are `of_kind`; none: there are none, or more than `most`. `whole`: the one after them
// is there, so that they are all.
struct Word {
    std::string_view text;
    bool whole = false;
};
std::optional<Word> word(std::string_view& octets, std::size_t most, bool (*of_kind)(char))
{
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(octets, of_kind) - octets.begin());
    const Word found{octets.substr(0, end), end < octets.size()};
    if (end > most || (end == 0 && found.whole)) return std::nullopt;
    octets.remove_prefix(end);
    return found;
}

std::uint32_t number(std::string_view digits)
{
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

}  // namespace

std::string relp_frame(std::uint32_t transaction, std::string_view command, std::string_view data)
{
    auto frame = std::to_string(transaction) + ' ' + std::string(command) + ' ' + std::to_string(data.size());
    if (!data.empty()) (frame += ' ') += data;
    return frame += '\n';
}

bool RelpParser::take(std::string_view octets, std::vector<RelpFrame>& frames)
{
    waiting_ += octets;
    for (;;) {
        RelpFrame frame;
        const auto found = next(frame);
        if (found != Next::frame) return found == Next::need_more;
        frames.push_back(std::move(frame));
    }
}

RelpParser::Next RelpParser::next(RelpFrame& frame)
{
    std::string_view rest(waiting_);
    const auto transaction = word(rest, kMostDigits, is_digit);
    if (!transaction) return Next::broken;
    if (!transaction->whole) return Next::need_more;
    if (rest.front() != ' ') return Next::broken;
    rest.remove_prefix(1);

    const auto command = word(rest, kMostCommand, is_letter);
    if (!command) return Next::broken;
    if (!command->whole) return Next::need_more;
    if (rest.front() != ' ') return Next::broken;
    rest.remove_prefix(1);

    const auto length = word(rest, kMostDigits, is_digit);
    if (!length) return Next::broken;
    if (!length->whole) return Next::need_more;
    const std::size_t size = number(length->text);
    if (size > kMostData) return Next::broken;
    // librelp sends the blank also before no data at all.
    if (rest.front() == ' ') {
        rest.remove_prefix(1);
    } else if (size != 0) {
        return Next::broken;
    }
    if (rest.size() < size + 1) return Next::need_more;
    if (rest[size] != '\n') return Next::broken;
    frame = {number(transaction->text), std::string(command->text), std::string(rest.substr(0, size))};
    rest.remove_prefix(size + 1);
    waiting_.erase(0, waiting_.size() - rest.size());
    return Next::frame;
}

std::optional<RelpAnswer> relp_answer(std::string_view data)
{
    const auto line = data.substr(0, data.find('\n'));
    if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return std::nullopt;
    if (line.size() > 3 && line[3] != ' ') return std::nullopt;
    RelpAnswer answer{number(line.substr(0, 3)), std::string(line.substr(std::min<std::size_t>(4, line.size())))};
    answer.text.resize(std::min(answer.text.size(), kMostText));
    std::ranges::replace_if(answer.text, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return answer;
}

}  // namespace breakwatch
