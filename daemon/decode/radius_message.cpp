#include "decode/radius_message.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace breakwatch {

namespace {

constexpr std::size_t kHeader = 20;
constexpr std::size_t kAuthenticator = 16;
constexpr std::size_t kMostPacket = 4096;
constexpr std::uint8_t kProxyState = 33, kMessageAuthenticator = 80;

using Authenticator = std::array<std::uint8_t, kAuthenticator>;

// MD5 is what the protocol has; nothing of ours rests on it.
Authenticator md5_with_secret(Bytes packet, std::string_view secret)
{
    Authenticator digest{};
    auto* const context = EVP_MD_CTX_new();
    unsigned length = 0;
    if (context != nullptr && EVP_DigestInit_ex(context, EVP_md5(), nullptr) == 1) {
        EVP_DigestUpdate(context, packet.data(), packet.size());
        EVP_DigestUpdate(context, secret.data(), secret.size());
        EVP_DigestFinal_ex(context, digest.data(), &length);
    }
    EVP_MD_CTX_free(context);
    return digest;
}

std::vector<std::uint8_t> with_zero_authenticator(Bytes packet)
{
    std::vector<std::uint8_t> copy(packet.begin(), packet.end());
    std::fill_n(copy.begin() + 4, kAuthenticator, std::uint8_t{0});
    return copy;
}

bool attributes_consistent(Bytes attributes)
{
    ByteReader in(attributes);
    while (!in.empty()) {
        in.skip(1);
        const auto length = in.u8();
        if (length < 2) return false;
        in.skip(length - 2U);
        if (in.failed()) return false;
    }
    return true;
}

}  // namespace

void RadiusMessage::for_each(const std::function<void(std::uint8_t, Bytes)>& visit) const
{
    ByteReader in(attributes);
    while (!in.empty()) {
        const auto type = in.u8();
        const auto length = in.u8();
        visit(type, in.take(length - 2U));
    }
}

Bytes RadiusMessage::attribute(std::uint8_t type) const
{
    Bytes found;
    bool seen = false;
    for_each([&](std::uint8_t each, Bytes value) {
        if (each != type || seen) return;
        seen = true;
        found = value;
    });
    return found;
}

std::expected<RadiusMessage, DecodeError> decode_radius(Bytes datagram)
{
    ByteReader in(datagram);
    RadiusMessage message;
    message.code = in.u8();
    message.identifier = in.u8();
    const std::size_t length = in.u16();
    message.authenticator = in.take(kAuthenticator);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (length < kHeader || length > kMostPacket) return std::unexpected(DecodeError::bad_length);
    if (length > datagram.size()) return std::unexpected(DecodeError::truncated);
    message.packet = datagram.first(length);
    message.attributes = message.packet.subspan(kHeader);
    if (!attributes_consistent(message.attributes)) return std::unexpected(DecodeError::bad_length);
    return message;
}

bool accounting_request_authentic(const RadiusMessage& message, std::string_view secret)
{
    const auto digest = md5_with_secret(with_zero_authenticator(message.packet), secret);
    return std::ranges::equal(digest, message.authenticator);
}

bool message_authenticator_valid(const RadiusMessage& message, std::string_view secret)
{
    auto copy = with_zero_authenticator(message.packet);
    ByteReader in(message.attributes);
    while (!in.empty()) {
        const auto offset = message.packet.size() - in.size();
        const auto type = in.u8();
        const auto value = in.take(in.u8() - 2U);
        if (type != kMessageAuthenticator) continue;
        if (value.size() != kAuthenticator) return false;
        std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(offset + 2), kAuthenticator, std::uint8_t{0});
        Authenticator digest{};
        unsigned length = 0;
        HMAC(EVP_md5(), secret.data(), static_cast<int>(secret.size()), copy.data(), copy.size(), digest.data(),
             &length);
        return std::ranges::equal(digest, value);
    }
    return true;
}

std::vector<std::uint8_t> accounting_response(const RadiusMessage& request, std::string_view secret)
{
    std::vector<std::uint8_t> packet{radius_code::accounting_response, request.identifier, 0, 0};
    packet.insert(packet.end(), request.authenticator.begin(), request.authenticator.end());
    request.for_each([&packet](std::uint8_t type, Bytes value) {
        if (type != kProxyState) return;
        packet.push_back(type);
        packet.push_back(static_cast<std::uint8_t>(value.size() + 2));
        packet.insert(packet.end(), value.begin(), value.end());
    });
    packet[2] = static_cast<std::uint8_t>(packet.size() >> 8U);
    packet[3] = static_cast<std::uint8_t>(packet.size() & 0xffU);
    const auto digest = md5_with_secret(packet, secret);
    std::ranges::copy(digest, packet.begin() + 4);
    return packet;
}

}  // namespace breakwatch
