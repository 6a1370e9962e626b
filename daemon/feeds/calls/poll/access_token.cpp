#include "feeds/calls/poll/access_token.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <boost/json.hpp>

#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kLongestToken = 16UL * 1024;
constexpr std::int64_t kUsualSeconds = 300;  // where the server does not say

bool one_line(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

std::string basic_credentials(std::string_view user, std::string_view secret)
{
    const auto plain = std::string(user) + ":" + std::string(secret);
    std::string coded((plain.size() + 2) / 3 * 4 + 1, '\0');
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's octets
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(coded.data()),
                        reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    coded.resize(static_cast<std::size_t>(size));
    return "Basic " + coded;
}

std::optional<std::pair<std::string, std::string>> authorization_header(const PollAuthorization& authorization,
                                                                        const std::string& secret,
                                                                        const std::string& token)
{
    using Way = PollAuthorization::Way;
    switch (authorization.way) {
        case Way::none: return std::nullopt;
        case Way::bearer: return std::pair<std::string, std::string>("Authorization", "Bearer " + secret);
        case Way::basic:
            return std::pair<std::string, std::string>("Authorization", basic_credentials(authorization.user, secret));
        case Way::header: return std::pair<std::string, std::string>(authorization.header, secret);
        case Way::oauth2: break;
    }
    return std::pair<std::string, std::string>("Authorization", "Bearer " + token);
}

HttpsRequest token_request(const PollAuthorization& authorization, const std::string& secret, const HttpsUrl& url)
{
    HttpsRequest request{
        .method = "POST", .target = url.target, .headers = {}, .body = "grant_type=client_credentials"};
    if (!authorization.scope.empty()) request.body += "&scope=" + percent_encoded(authorization.scope);
    request.headers.emplace_back("Authorization", basic_credentials(authorization.user, secret));
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    return request;
}

std::expected<AccessToken, std::string> read_token(const HttpsAnswer& answer)
{
    if (answer.status != 200)
        return std::unexpected("the token is refused with status " + std::to_string(answer.status));
    boost::system::error_code error;
    const auto read = boost::json::parse(answer.body, error);
    const auto* object = error ? nullptr : read.if_object();
    const auto* text = object == nullptr ? nullptr : object->if_contains("access_token");
    if (text == nullptr || !text->is_string())
        return std::unexpected(std::string("the answer for a token has no access_token"));
    AccessToken token{.text = std::string(text->get_string()),
                      .good_for = std::chrono::seconds{json_count(*object, {"expires_in"}).value_or(kUsualSeconds)}};
    token.good_for = std::min(token.good_for, std::chrono::seconds{86'400});
    if (token.text.empty() || token.text.size() > kLongestToken || !one_line(token.text)) {
        return std::unexpected(std::string("an access_token that fits in no header"));
    }
    return token;
}

}  // namespace breakwatch
