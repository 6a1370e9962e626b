// How requests of a poll are authorized. Pure; secrets and tokens never stand in an error.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "feeds/calls/poll/call_poll.hpp"

namespace breakwatch {

// RFC 7617.
std::string basic_credentials(std::string_view user, std::string_view secret);
// The header of a request; `token` is oauth2's.
std::optional<std::pair<std::string, std::string>> authorization_header(const PollAuthorization& authorization,
                                                                        const std::string& secret,
                                                                        const std::string& token);

struct AccessToken {
    std::string text;
    std::chrono::seconds good_for{0};
};
HttpsRequest token_request(const PollAuthorization& authorization, const std::string& secret, const HttpsUrl& url);
std::expected<AccessToken, std::string> read_token(const HttpsAnswer& answer);

}  // namespace breakwatch
