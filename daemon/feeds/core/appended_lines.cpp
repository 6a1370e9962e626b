#include "feeds/core/appended_lines.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

AppendedLines::AppendedLines(std::string path, std::size_t longest_line)
    : bytes_(std::move(path)), longest_line_(longest_line)
{}

void AppendedLines::reopen()
{
    bytes_.reopen();
    begin_file();
}

void AppendedLines::take_rest(const std::function<void(const Line&)>& take)
{
    if (!begun_.empty()) take({begun_, ++number_, too_long_});
    begun_.clear();
    too_long_ = false;
}

void AppendedLines::begin_file()
{
    number_ = 0;
    begun_.clear();
    too_long_ = false;
}

AppendedLines::Look AppendedLines::look(std::size_t most, const std::function<void(const Line&)>& take)
{
    Look look{bytes_.look(most, [&](std::string_view bytes) { split(bytes, take); })};
    if (!look.truncated && !look.rotated) return look;
    look.half_line = !begun_.empty();
    begin_file();
    return look;
}

void AppendedLines::split(std::string_view bytes, const std::function<void(const Line&)>& take)
{
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end);
        const auto room = longest_line_ - std::min(longest_line_, begun_.size());
        too_long_ = too_long_ || part.size() > room;
        begun_.append(part.substr(0, room));
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        take({begun_, ++number_, too_long_});
        begun_.clear();
        too_long_ = false;
    }
}

}  // namespace breakwatch
