// Client Initials for tests: protects frames as RFC 9001 section 5 says, with the keys of the header's
// version and destination connection id.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <stdexcept>

#include "decode/quic_initial.hpp"
#include "support/hex.hpp"

namespace breakwatch::test {

struct InitialToSeal {
    std::uint32_t version = 1;
    Octets destination_id = hex("8394c8f03e515708");
    Octets source_id;
    Octets token;
    std::uint32_t number = 2;
    unsigned number_length = 4;  // 1..4
    Octets frames;
};

// RFC 9000 section 16, in the fewest octets.
inline Octets varint(std::uint64_t value)
{
    if (value < 64) return big_endian(value, 1);
    if (value < 16'384) return big_endian(value | 0x4000U, 2);
    if (value < 1'073'741'824) return big_endian(value | 0x8000'0000U, 4);
    return big_endian(value | 0xc000'0000'0000'0000U, 8);
}

inline Octets crypto_frame(std::uint64_t offset, const Octets& bytes)
{
    return Octets{6} + varint(offset) + varint(bytes.size()) + bytes;
}

namespace detail {

struct CipherContext {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    CipherContext() = default;
    CipherContext(const CipherContext&) = delete;
    CipherContext& operator=(const CipherContext&) = delete;
    ~CipherContext() { EVP_CIPHER_CTX_free(context); }
};

inline void require(int done)
{
    if (done != 1) throw std::runtime_error("the cipher failed");
}

}  // namespace detail

// RFC 9001 section 5.3: cipher text and tag.
inline Octets aes_gcm_seal(Bytes key, Bytes nonce, const Octets& associated, const Octets& plain)
{
    const detail::CipherContext gcm;
    int length = 0;
    Octets sealed(plain.size() + 16);
    detail::require(EVP_EncryptInit_ex(gcm.context, EVP_aes_128_gcm(), nullptr, key.data(), nonce.data()));
    detail::require(
        EVP_EncryptUpdate(gcm.context, nullptr, &length, associated.data(), static_cast<int>(associated.size())));
    detail::require(
        EVP_EncryptUpdate(gcm.context, sealed.data(), &length, plain.data(), static_cast<int>(plain.size())));
    detail::require(EVP_EncryptFinal_ex(gcm.context, sealed.data() + length, &length));
    detail::require(EVP_CIPHER_CTX_ctrl(gcm.context, EVP_CTRL_GCM_GET_TAG, 16, sealed.data() + sealed.size() - 16));
    return sealed;
}

// RFC 9001 section 5.4.3.
inline Octets aes_mask(Bytes key, Bytes sample)
{
    const detail::CipherContext ecb;
    int length = 0;
    Octets mask(32);
    detail::require(EVP_EncryptInit_ex(ecb.context, EVP_aes_128_ecb(), nullptr, key.data(), nullptr));
    detail::require(EVP_EncryptUpdate(ecb.context, mask.data(), &length, sample.data(), 16));
    return mask;
}

// `frames` must be long enough to give a sample: four octets with the number.
inline Octets seal_initial(const InitialToSeal& initial)
{
    QuicInitialOpener opener;
    const auto keys = opener.client_keys(initial.version, initial.destination_id);
    const bool second = initial.version == 0x6b3343cf;
    const auto first = static_cast<std::uint8_t>((second ? 0xd0U : 0xc0U) | (initial.number_length - 1));
    const auto sealed_length = initial.number_length + initial.frames.size() + 16;
    auto header = Octets{first} + big_endian(initial.version, 4) + with_length(initial.destination_id, 1) +
                  with_length(initial.source_id, 1) + varint(initial.token.size()) + initial.token +
                  big_endian(sealed_length | 0x4000U, 2);
    const auto number_at = header.size();
    header = header + big_endian(initial.number, initial.number_length);

    auto nonce = keys.iv;
    for (unsigned i = 0; i < 4; ++i) {
        auto& octet = nonce[nonce.size() - 1 - i];
        octet = static_cast<std::uint8_t>(octet ^ (initial.number >> (8 * i)));
    }
    auto packet = header + aes_gcm_seal(keys.key, nonce, header, initial.frames);
    const auto mask = aes_mask(keys.header_protection, Bytes(packet).subspan(number_at + 4, 16));
    packet[0] = static_cast<std::uint8_t>(packet[0] ^ (mask[0] & 0x0fU));
    for (unsigned i = 0; i < initial.number_length; ++i) {
        packet[number_at + i] = static_cast<std::uint8_t>(packet[number_at + i] ^ mask[1 + i]);
    }
    return packet;
}

}  // namespace breakwatch::test
