// Asterisk's queue_log (apps/app_queue.c, main/logger.c): epoch|callid|queue|agent|EVENT|data...
// Times are whole seconds. The agent is the member name, or the interface where no name is configured.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_format.hpp"

namespace breakwatch {

// Reads the lines in their order. What it keeps is the calls without an end and how often an agent
// answered the same one: a call can come back to him out of another queue, and is another call then.
class QueueLog {
  public:
    static constexpr std::size_t kMostCalls = 50'000;

    std::expected<CallStatements, std::string> read(std::string_view line);

  private:
    struct Answers {
        std::string channel;  // Asterisk's unique id of the agent's leg: which answer it is
        std::string queue;
        std::uint32_t number = 0;
        bool open = false;
        std::uint64_t touched = 0;
    };
    struct Line;

    CallStatements connect(const Line& line);
    CallStatements end(const Line& line, std::string_view ended_by);
    CallStatements restart(Timestamp at);
    void make_room();

    std::map<std::string, Answers, std::less<>> calls_;  // by callid|agent
    std::uint64_t lines_ = 0;
};

CallFormat queue_log_format();

}  // namespace breakwatch
