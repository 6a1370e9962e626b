#include "store/chain_head.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/hex.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kHashDigits = 2 * kHashOctets;
constexpr std::size_t kSignatureCharacters = 86;
constexpr std::size_t kNumberDigits = 19;
// From the colon before the hash to the end of the signature.
constexpr std::size_t kAfterNumber = 1 + kHashDigits + 1 + kSignatureCharacters;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool is_base64url(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

std::string base64url(const std::string& octets)
{
    std::string text(sodium_base64_ENCODED_LEN(octets.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), octets_of(octets).data(), octets.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();
    return text;
}

// Of the text that ends at a colon and goes on after it, where it is a head.
std::optional<SignedHead> head_at(std::string_view number, std::string_view hash, std::string_view signature)
{
    SignedHead found;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), found.head.sequence);
    if (error != std::errc{} || end != number.data() + number.size() || found.head.sequence == 0) return std::nullopt;
    auto octets = octets_of_hex(hash);
    if (!octets) return std::nullopt;
    found.head.hash = std::move(*octets);
    found.signature.resize(ChainPublicKey::kSignatureOctets);
    std::size_t length = 0;
    if (sodium_base642bin(octets_in(found.signature).data(), found.signature.size(), signature.data(), signature.size(),
                          nullptr, &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        length != ChainPublicKey::kSignatureOctets)
        return std::nullopt;
    return found;
}

}  // namespace

std::string signed_text(const ChainHead& head)
{
    return "breakwatch-head:1:" + std::to_string(head.sequence) + ":" + hex_of(head.hash);
}

SignedHead sign(const ChainHead& head, const ChainKey& key)
{
    return {head, key.sign(signed_text(head))};
}

bool is_signed_by(const SignedHead& head, const ChainPublicKey& key)
{
    return key.has_signed(signed_text(head.head), head.signature);
}

std::string to_word(const SignedHead& head)
{
    return std::to_string(head.head.sequence) + ":" + hex_of(head.head.hash) + ":" + base64url(head.signature);
}

std::optional<SignedHead> HeadFinder::next(bool at_end)
{
    const auto text = std::string_view(text_);
    for (;;) {
        const auto colon = text.find(':', at_);
        const auto enough = colon != std::string_view::npos && (at_end || text.size() - colon > kAfterNumber);
        if (!enough) {
            // What may be a number before a colon, or before one that is still to come.
            const auto keep = std::min(colon, text.size());
            text_.erase(0, keep - std::min(keep, kNumberDigits));
            at_ = std::min(keep, kNumberDigits);
            return std::nullopt;
        }
        at_ = colon + 1;
        auto begin = colon;
        while (begin > 0 && colon - begin < kNumberDigits && is_digit(text[begin - 1])) --begin;
        const auto rest = text.substr(colon + 1, kAfterNumber);
        if (begin == colon || rest.size() < kAfterNumber - 1 || rest[kHashDigits] != ':') continue;
        const auto hash = rest.substr(0, kHashDigits);
        const auto signature = rest.substr(kHashDigits + 1, kSignatureCharacters);
        if (!std::ranges::all_of(hash, is_hex) || !std::ranges::all_of(signature, is_base64url)) continue;
        // A longer word is something else.
        if (rest.size() == kAfterNumber && is_base64url(rest.back())) continue;
        if (auto found = head_at(text.substr(begin, colon - begin), hash, signature)) return found;
    }
}

}  // namespace breakwatch
