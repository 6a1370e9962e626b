#include "feeds/core/webhook_guard.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace breakwatch {

namespace {

constexpr std::string_view kScheme = "sha256=";
constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view time, std::string_view body)
{
    std::string text(time);
    text += '.';
    text += body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to unsigned char, both byte types
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, text.size(), digest.data(), &size);
    std::string signature(kScheme);
    for (unsigned int i = 0; i < size; ++i) {
        signature += kHex[digest[i] >> 4U];
        signature += kHex[digest[i] & 15U];
    }
    return signature;
}

bool WebhookGuard::genuine(std::string_view time, std::string_view signature, std::string_view body) const
{
    bool any = false;
    for (const auto& secret : secrets_) {
        const auto expected = webhook_signature(secret, time, body);
        any = (expected.size() == signature.size() &&
               CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0) ||
              any;
    }
    return any;
}

WebhookGuard::Verdict WebhookGuard::check(std::string_view time, std::string_view signature, std::string_view body,
                                          Timestamp now)
{
    if (time.empty() || !signature.starts_with(kScheme)) return Verdict::no_signature;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), seconds);
    if (error != std::errc{} || end != time.data() + time.size() || seconds < 0 || seconds > kLatestEpoch) {
        return Verdict::wrong_time;
    }
    const Timestamp stated(std::chrono::seconds{seconds});
    // The signature first: only who has the secret learns about clocks.
    if (!genuine(time, signature, body)) return Verdict::forged;
    if (stated < now - kWindow || stated > now + kWindow) return Verdict::wrong_time;
    if (now - tidied_ > kWindow / 10 || now < tidied_) {
        std::erase_if(seen_, [now](const auto& each) { return each.second < now; });
        tidied_ = now;
    }
    std::string key(signature);
    if (seen_.contains(key)) return Verdict::repeated;
    if (seen_.size() >= kMostRemembered) return Verdict::full;
    seen_[std::move(key)] = stated + kWindow;
    return Verdict::good;
}

bool WebhookGuard::is_secret(std::string_view shown) const
{
    return std::ranges::any_of(secrets_, [shown](const std::string& secret) {
        return shown.size() == secret.size() && CRYPTO_memcmp(shown.data(), secret.data(), secret.size()) == 0;
    });
}

std::string_view name(WebhookGuard::Verdict verdict)
{
    switch (verdict) {
        case WebhookGuard::Verdict::good: return "good";
        case WebhookGuard::Verdict::no_signature:
            return "no signature: expected X-Breakwatch-Timestamp and X-Breakwatch-Signature: sha256=...";
        case WebhookGuard::Verdict::wrong_time:
            return "its time is more than 5 min from ours: the sender's clock, or a request sent again";
        case WebhookGuard::Verdict::forged: return "the signature is not that of our secret";
        case WebhookGuard::Verdict::repeated: return "taken before: the same signature again";
        case WebhookGuard::Verdict::full: break;
    }
    return "more signed requests within 5 min than are kept in mind";
}

}  // namespace breakwatch
