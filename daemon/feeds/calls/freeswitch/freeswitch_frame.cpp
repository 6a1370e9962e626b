#include "feeds/calls/freeswitch/freeswitch_frame.hpp"

#include <algorithm>
#include <charconv>

namespace breakwatch {

namespace {

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}  // namespace

void FreeSwitchFrameReader::begin()
{
    frame_ = {};
    body_left_ = 0;
    in_body_ = false;
    header_done_ = false;
    too_large_ = false;
}

// One line at most; empty lines before a header are none of it.
void FreeSwitchFrameReader::read_header(std::string_view& bytes)
{
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end);
    line_.append(part.substr(0, kLongestLine - std::min(kLongestLine, line_.size())));
    bytes.remove_prefix(std::min(bytes.size(), end == std::string_view::npos ? bytes.size() : end + 1));
    if (end != std::string_view::npos) end_line();
}

void FreeSwitchFrameReader::end_line()
{
    const auto line = trimmed(line_);
    if (line.empty()) {
        header_done_ = !frame_.content_type.empty();
        in_body_ = header_done_ && body_left_ > 0;
        line_.clear();
        return;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
        const auto key = line.substr(0, colon);
        const auto value = trimmed(line.substr(colon + 1));
        if (key == "Content-Type") frame_.content_type = value;
        if (key == "Reply-Text") frame_.reply = value;
        if (key == "Content-Length") {
            std::from_chars(value.data(), value.data() + value.size(), body_left_);
            too_large_ = body_left_ > kLargestBody;
            if (too_large_) ++passed_over_;
        }
    }
    line_.clear();
}

void FreeSwitchFrameReader::read_body(std::string_view& bytes)
{
    const auto size = std::min(bytes.size(), body_left_);
    if (!too_large_) frame_.body.append(bytes.substr(0, size));
    body_left_ -= size;
    bytes.remove_prefix(size);
    in_body_ = body_left_ > 0;
}

}  // namespace breakwatch
