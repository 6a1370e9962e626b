#include "decode/radius_message.hpp"

#include <doctest/doctest.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <string_view>

#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr std::string_view kSecret = "made-up-Secret-1";

// RFC 2866 section 3: MD5 over code, identifier, length, sixteen zero octets, attributes, secret.
Octets md5(const Octets& bytes)
{
    Octets digest(16);
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr);
    return digest;
}

Octets hmac_md5(const Octets& bytes)
{
    Octets digest(16);
    unsigned length = 0;
    HMAC(EVP_md5(), kSecret.data(), static_cast<int>(kSecret.size()), bytes.data(), bytes.size(), digest.data(),
         &length);
    return digest;
}

Octets attribute(std::uint8_t type, const Octets& value)
{
    return Octets{type, static_cast<std::uint8_t>(value.size() + 2)} + value;
}

Octets header(std::uint8_t code, const Octets& attributes)
{
    return Octets{code, 0x2a} + big_endian(20 + attributes.size(), 2);
}

Octets request(const Octets& attributes)
{
    const auto begin = header(4, attributes);
    return begin + md5(begin + Octets(16) + attributes + octets_of(kSecret)) + attributes;
}

const auto kProxyOne = attribute(33, hex("0a0b")), kProxyTwo = attribute(33, hex("0c"));
const auto kAttributes = attribute(40, hex("00000001")) + kProxyOne + attribute(44, octets_of("session-1")) + kProxyTwo;

}  // namespace

TEST_CASE("a packet gives its attributes in order, the padding after its length left out")
{
    const auto datagram = request(kAttributes) + hex("0000");
    const auto message = decode_radius(datagram);
    REQUIRE(message);
    CHECK(message->code == radius_code::accounting_request);
    CHECK(message->identifier == 0x2a);
    CHECK(message->packet.size() == datagram.size() - 2);
    CHECK(as_text(message->attribute(44)) == "session-1");
    CHECK(message->attribute(33).size() == 2);  // the first of two
    CHECK(message->attribute(1).empty());
    Octets types;
    message->for_each([&types](std::uint8_t type, Bytes) { types.push_back(type); });
    CHECK(types == Octets{40, 33, 44, 33});
}

TEST_CASE("an Accounting-Request is authentic under its secret alone")
{
    const auto datagram = request(kAttributes);
    const auto message = decode_radius(datagram);
    REQUIRE(message);
    CHECK(accounting_request_authentic(*message, kSecret));
    CHECK_FALSE(accounting_request_authentic(*message, "another"));
    CHECK_FALSE(accounting_request_authentic(*message, ""));
    for (std::size_t i = 4; i < datagram.size(); ++i) {
        auto changed = datagram;
        changed[i] ^= 0x01;
        const auto other = decode_radius(changed);
        if (other) CHECK_FALSE(accounting_request_authentic(*other, kSecret));
    }
}

TEST_CASE("a Message-Authenticator is checked where there is one")
{
    const auto plain = request(kAttributes);
    CHECK(message_authenticator_valid(*decode_radius(plain), kSecret));
    // RFC 3579 section 3.2: HMAC-MD5 over the packet with both authenticators zero.
    const auto empty = kAttributes + attribute(80, Octets(16));
    const auto sealed = kAttributes + attribute(80, hmac_md5(header(4, empty) + Octets(16) + empty));
    const auto good = request(sealed);
    CHECK(message_authenticator_valid(*decode_radius(good), kSecret));
    CHECK_FALSE(message_authenticator_valid(*decode_radius(good), "another"));
    const auto wrong = request(empty);
    CHECK_FALSE(message_authenticator_valid(*decode_radius(wrong), kSecret));
    const auto cut = request(kAttributes + attribute(80, Octets(15)));
    CHECK_FALSE(message_authenticator_valid(*decode_radius(cut), kSecret));
}

TEST_CASE("the answer carries the identifier, the proxies' state in order and RFC 2866's authenticator")
{
    const auto datagram = request(kAttributes);
    const auto answer = accounting_response(*decode_radius(datagram), kSecret);
    const auto attributes = kProxyOne + kProxyTwo;
    const auto begin = header(5, attributes);
    const Octets authenticator(datagram.begin() + 4, datagram.begin() + 20);
    CHECK(answer == begin + md5(begin + authenticator + attributes + octets_of(kSecret)) + attributes);
    CHECK(decode_radius(answer));
}

TEST_CASE("lengths that contradict each other are refused by reason")
{
    const auto error = [](const Octets& datagram) { return decode_radius(datagram).error(); };
    CHECK(error(hex("04 01 0013") + Octets(16)) == DecodeError::bad_length);
    CHECK(error(hex("04 01 1001") + Octets(4096)) == DecodeError::bad_length);
    CHECK(error(hex("04 01 0016") + Octets(16) + hex("28")) == DecodeError::truncated);
    CHECK(error(hex("04 01 0016") + Octets(16) + hex("28 01")) == DecodeError::bad_length);
    CHECK(error(hex("04 01 0016") + Octets(16) + hex("28 03")) == DecodeError::bad_length);
    CHECK(error(hex("04 01 0015") + Octets(16) + hex("28")) == DecodeError::bad_length);
    CHECK(decode_radius(hex("04 01 0014") + Octets(16)));
    for_each_prefix(request(kAttributes),
                    [&error](const Octets& prefix) { CHECK(error(prefix) == DecodeError::truncated); });
}
