// Frames of the Asterisk manager interface out of a byte stream cut anywhere: "Key: Value" lines ended by
// an empty one. Only the keys that are asked for here are kept; everything of the caller (CallerIDNum,
// CallerIDName, ConnectedLine...) is passed over as it goes by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feeds/core/line_splitter.hpp"

namespace breakwatch {

class AmiFrame {
  public:
    // Of the first line with that key; empty when there is none.
    std::string_view operator[](std::string_view key) const;
    bool empty() const { return fields_.empty(); }
    void put(std::string_view key, std::string_view value);
    void clear() { fields_.clear(); }

  private:
    std::vector<std::pair<std::string_view, std::string>> fields_;  // keys live in a table
};

class AmiFrameReader {
  public:
    static constexpr std::size_t kLongestLine = 8UL * 1024;  // octets; the rest is passed over
    static constexpr std::size_t kLongestValue = 200;

    // take(const AmiFrame&), for each frame that ends in these bytes.
    template <typename Take>
    void feed(std::string_view bytes, const Take& take)
    {
        lines_.feed(bytes, [&](std::string_view line, bool too_long) {
            if (!line.empty()) return read_line(line, too_long);
            if (!frame_.empty()) take(frame_);
            frame_.clear();
        });
    }
    // The connection begins anew: what was half read is gone.
    void reset();
    bool greeted() const { return greeted_; }
    std::uint64_t cut() const { return cut_; }  // lines longer than the limit

  private:
    void read_line(std::string_view line, bool too_long);

    LineSplitter lines_{kLongestLine};
    AmiFrame frame_;
    bool greeted_ = false;
    std::uint64_t cut_ = 0;
};

}  // namespace breakwatch
