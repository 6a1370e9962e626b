// RELP's frames (rsyslog's "Reliable Event Logging Protocol", version 0): TXNR SP COMMAND SP DATALEN [SP DATA] LF.
// Octets alone: no socket, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

struct RelpFrame {
    std::uint32_t transaction = 0;  // 0: a hint of the receiver, which answers nothing
    std::string command;
    std::string data;
};

constexpr std::uint32_t kMostRelpTransaction = 999'999'999;

std::string relp_frame(std::uint32_t transaction, std::string_view command, std::string_view data);

// Frames out of what a receiver sends, however it is cut. Of a receiver's answers none is long: the bounds are far from
// what one says, and near enough for its octets to cost nothing.
class RelpParser {
  public:
    static constexpr std::size_t kMostData = 64UL * 1024;
    static constexpr std::size_t kMostCommand = 32;

    // Adds the frames that are whole by now. False: these are no frames, and nothing that follows can be told apart.
    [[nodiscard]] bool take(std::string_view octets, std::vector<RelpFrame>& frames);

  private:
    enum class Next : std::uint8_t { frame, need_more, broken };
    Next next(RelpFrame& frame);

    std::string waiting_;
};

// The first line of an answer's data: "200 OK".
struct RelpAnswer {
    unsigned code = 0;
    std::string text;  // printable, on one line, not long
};
std::optional<RelpAnswer> relp_answer(std::string_view data);

}  // namespace breakwatch
