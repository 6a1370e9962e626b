// Records out of a byte stream: lines that end with LF, CR, CR LF or NUL, or pieces of one length. Bounded.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "feeds/core/line_splitter.hpp"

namespace breakwatch {

class RecordFramer {
  public:
    // `length` 0: lines of at most `longest` octets.
    RecordFramer(std::size_t length, std::size_t longest) : length_(length), lines_(longest) {}

    // take(std::string_view record, bool too_long); empty lines are left out.
    template <typename Take>
    void feed(std::string_view bytes, const Take& take)
    {
        if (length_ > 0) return feed_pieces(bytes, take);
        std::string ends(bytes);
        std::ranges::replace_if(ends, [](char c) { return c == '\r' || c == '\0'; }, '\n');
        lines_.feed(ends, [&](std::string_view line, bool too_long) {
            if (!line.empty() || too_long) take(line, too_long);
        });
    }
    bool pending() const { return length_ > 0 ? !begun_.empty() : lines_.pending(); }

  private:
    template <typename Take>
    void feed_pieces(std::string_view bytes, const Take& take)
    {
        while (!bytes.empty()) {
            const auto part = bytes.substr(0, length_ - begun_.size());
            begun_ += part;
            bytes.remove_prefix(part.size());
            if (begun_.size() < length_) return;
            take(begun_, false);
            begun_.clear();
        }
    }

    std::size_t length_;
    LineSplitter lines_;
    std::string begun_;
};

}  // namespace breakwatch
