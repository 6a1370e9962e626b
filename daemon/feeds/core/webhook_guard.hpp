// Who may post to the webhook: requests carry the time and an HMAC-SHA256 (RFC 2104) over
// "TIME.BODY" in hex, keyed with a secret that both ends share:
//   X-Breakwatch-Timestamp: 1795425245
//   X-Breakwatch-Signature: sha256=4f1c...
// A time outside the window is refused, and a signature counts once within it. Main thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

class WebhookGuard {
  public:
    enum class Verdict : std::uint8_t { good, no_signature, wrong_time, forged, repeated, full };
    static constexpr Duration kWindow = std::chrono::minutes{5};  // to both sides of now
    static constexpr std::size_t kMostRemembered = 200'000;       // full: nothing is let in

    // Any of the secrets will do, so that one can take over from another.
    explicit WebhookGuard(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {}

    // What was seen stays seen.
    void use(std::vector<std::string> secrets) { secrets_ = std::move(secrets); }
    Verdict check(std::string_view time, std::string_view signature, std::string_view body, Timestamp now);
    // For senders that cannot sign.
    bool is_secret(std::string_view shown) const;
    // What was let in could not be kept after all: the same request may come again.
    void release(std::string_view signature) { seen_.erase(std::string(signature)); }
    std::size_t remembered() const { return seen_.size(); }

  private:
    bool genuine(std::string_view time, std::string_view signature, std::string_view body) const;

    std::vector<std::string> secrets_;
    std::unordered_map<std::string, Timestamp> seen_;  // by signature: until when
    Timestamp tidied_;
};
std::string_view name(WebhookGuard::Verdict verdict);

// "sha256=" and the hex of the HMAC, as a sender makes it.
std::string webhook_signature(std::string_view secret, std::string_view time, std::string_view body);

}  // namespace breakwatch
