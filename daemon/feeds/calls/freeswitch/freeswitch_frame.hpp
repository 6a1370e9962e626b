// Frames of FreeSWITCH's event socket out of a byte stream cut anywhere: header lines, an empty line, and a
// body of Content-Length octets. Bounded: a body over the limit is passed over and counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakwatch {

struct FreeSwitchFrame {
    std::string content_type;  // "auth/request", "command/reply", "api/response", "text/event-json", ...
    std::string reply;         // Reply-Text
    std::string body;
};

class FreeSwitchFrameReader {
  public:
    static constexpr std::size_t kLongestLine = 8UL * 1024;
    static constexpr std::size_t kLargestBody = 1024UL * 1024;

    // take(const FreeSwitchFrame&), for each frame that ends in these bytes.
    template <typename Take>
    void feed(std::string_view bytes, const Take& take)
    {
        while (!bytes.empty()) {
            if (!in_body_) {
                read_header(bytes);
                if (!header_done_) continue;
            } else {
                read_body(bytes);
            }
            if (in_body_) continue;
            if (!too_large_) take(frame_);
            begin();
        }
    }
    void reset()
    {
        line_.clear();
        begin();
    }
    std::uint64_t passed_over() const { return passed_over_; }  // bodies over the limit

  private:
    void read_header(std::string_view& bytes);
    void read_body(std::string_view& bytes);
    void end_line();
    void begin();

    FreeSwitchFrame frame_;
    std::string line_;
    std::size_t body_left_ = 0;
    bool in_body_ = false;
    bool header_done_ = false;
    bool too_large_ = false;
    std::uint64_t passed_over_ = 0;
};

}  // namespace breakwatch
