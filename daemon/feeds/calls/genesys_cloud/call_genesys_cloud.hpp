// Events of Genesys Cloud: the detail events of its EventBridge integration (user.start, user.end, acw,
// presence), and conversations as its notification service tells them to a user's channel.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>

#include "feeds/calls/core/call_format.hpp"

namespace breakwatch {

// A session begins with its ringing and says only at its end whether it was answered. What has not ended long
// after is one that was: nothing rings so long.
class GenesysCloud {
  public:
    static constexpr Duration kLongestRing = std::chrono::minutes{6};  // e-mails wait for 5
    static constexpr std::size_t kMostSessions = 20'000;               // more are told at their end only
    static constexpr Duration kLongestSession = std::chrono::hours{24};

    std::expected<CallStatements, std::string> read(std::string_view text);

  private:
    void note_start(const CallStatement& start);
    // Of those that do not ring any more.
    void tell_answered(Timestamp now, CallStatements& said);
    void note_end(CallStatements& said);

    struct Session {
        CallStatement start;
        bool told = false;
    };
    std::unordered_map<std::string, Session> ringing_;
    Timestamp looked_;
};

CallFormat genesys_cloud_format();

}  // namespace breakwatch
