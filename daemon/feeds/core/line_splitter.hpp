// Lines out of a byte stream cut anywhere. A line over the limit is kept up to it and marked, and the
// next one is whole again: memory stays bounded. Ends are LF or CRLF.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace breakwatch {

class LineSplitter {
  public:
    explicit LineSplitter(std::size_t longest) : longest_(longest) {}

    // take(std::string_view line, bool too_long); the view is valid during the call.
    template <typename Take>
    void feed(std::string_view bytes, const Take& take)
    {
        while (!bytes.empty()) {
            const auto end = bytes.find('\n');
            const auto part = bytes.substr(0, end);
            const auto room = longest_ - std::min(longest_, begun_.size());
            too_long_ = too_long_ || part.size() > room;
            begun_.append(part.substr(0, room));
            if (end == std::string_view::npos) return;
            bytes.remove_prefix(end + 1);
            std::string_view line = begun_;
            if (line.ends_with('\r')) line.remove_suffix(1);
            take(line, too_long_);
            reset();
        }
    }
    bool pending() const { return !begun_.empty() || too_long_; }  // a line without its end
    void reset()
    {
        begun_.clear();
        too_long_ = false;
    }

  private:
    std::size_t longest_;
    std::string begun_;
    bool too_long_ = false;
};

}  // namespace breakwatch
