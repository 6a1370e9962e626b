// The hash itself, without a provider between: its state is a plain value that can be kept and copied.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "decode/quic_initial.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace breakwatch {

namespace {

using Salt = std::array<std::uint8_t, 20>;

// draft-ietf-quic-tls-21 and -22
constexpr Salt kSalt22{0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a,
                       0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a};
// draft-23 to -28
constexpr Salt kSalt23{0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
                       0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02};
// draft-29 to -32
constexpr Salt kSalt29{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
                       0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
// RFC 9001 section 5.2, draft-33 and -34
constexpr Salt kSalt1{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                      0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
// RFC 9369 section 3.3.1
constexpr Salt kSalt2{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                      0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
// gQUIC: Q050 with its own handshake, T050 and T051 with TLS
constexpr Salt kSaltQ050{0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94,
                         0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45};
constexpr Salt kSaltT050{0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80,
                         0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10};
constexpr Salt kSaltT051{0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50,
                         0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d};

constexpr std::uint32_t kVersion2 = 0x6b3343cf;
constexpr std::uint32_t kQ050 = 0x51303530, kT050 = 0x54303530, kT051 = 0x54303531;
constexpr std::uint32_t kDraft = 0xff000000;
constexpr std::uint32_t kMvfst = 0xfaceb000;

const Salt* salt_of(std::uint32_t version)
{
    if (version == 1 || version == kDraft + 33 || version == kDraft + 34) return &kSalt1;
    if (version == kVersion2) return &kSalt2;
    if (version == kQ050) return &kSaltQ050;
    if (version == kT050) return &kSaltT050;
    if (version == kT051) return &kSaltT051;
    if (version >= kDraft + 29 && version <= kDraft + 32) return &kSalt29;
    if (version >= kDraft + 23 && version <= kDraft + 28) return &kSalt23;
    if (version == kDraft + 21 || version == kDraft + 22) return &kSalt22;
    // Facebook's mvfst numbers, by the draft they follow.
    if (version == kMvfst + 1) return &kSalt22;
    if (version == kMvfst + 2 || version == kMvfst + 14) return &kSalt23;
    if (version == kMvfst || (version > kMvfst + 2 && version < kMvfst + 14)) return &kSalt29;
    return nullptr;
}

QuicLongHeader::Type type_of(std::uint8_t first, std::uint32_t version)
{
    // RFC 9369 section 3.2 turns the four types by one.
    const auto bits = static_cast<std::uint8_t>((first >> 4U) & 3U);
    const auto turned = version == kVersion2 ? (bits + 3U) & 3U : bits;
    constexpr std::array kTypes{QuicLongHeader::Type::initial, QuicLongHeader::Type::zero_rtt,
                                QuicLongHeader::Type::handshake, QuicLongHeader::Type::retry};
    return kTypes.at(turned);
}

using Digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

// RFC 2104 with SHA-256 under one key, whose two blocks are hashed once.
class Hmac {
  public:
    explicit Hmac(Bytes key)  // at most a block
    {
        begin(inner_, key, 0x36);
        begin(outer_, key, 0x5c);
    }
    Digest of(Bytes message) const
    {
        Digest digest{};
        auto inner = inner_;
        SHA256_Update(&inner, message.data(), message.size());
        SHA256_Final(digest.data(), &inner);
        auto outer = outer_;
        SHA256_Update(&outer, digest.data(), digest.size());
        SHA256_Final(digest.data(), &outer);
        return digest;
    }

  private:
    static void begin(SHA256_CTX& state, Bytes key, std::uint8_t pad)
    {
        std::array<std::uint8_t, SHA256_CBLOCK> block{};
        block.fill(pad);
        for (std::size_t i = 0; i < key.size(); ++i) block.at(i) = static_cast<std::uint8_t>(block.at(i) ^ key[i]);
        SHA256_Init(&state);
        SHA256_Update(&state, block.data(), block.size());
    }

    SHA256_CTX inner_{};
    SHA256_CTX outer_{};
};

// RFC 8446 section 7.1: HKDF-Expand-Label with an empty context and at most one block of output.
Digest expand_label(const Hmac& secret, std::string_view label, std::uint8_t length)
{
    constexpr std::string_view kPrefix = "tls13 ";
    std::array<std::uint8_t, 40> info{};
    std::size_t used = 0;
    info[used++] = 0;
    info[used++] = length;
    info[used++] = static_cast<std::uint8_t>(kPrefix.size() + label.size());
    for (const char c : kPrefix) info.at(used++) = static_cast<std::uint8_t>(c);
    for (const char c : label) info.at(used++) = static_cast<std::uint8_t>(c);
    info.at(used++) = 0;
    info.at(used++) = 1;  // HKDF-Expand's block counter
    return secret.of(Bytes(info).first(used));
}

// PADDING fills most of an Initial.
void skip_zeros(ByteReader& in)
{
    const auto rest = in.rest();
    std::size_t zeros = 0;
    while (zeros + sizeof(std::uint64_t) <= rest.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, rest.data() + zeros, sizeof word);
        if (word != 0) break;
        zeros += sizeof word;
    }
    while (zeros < rest.size() && rest[zeros] == 0) ++zeros;
    in.skip(zeros);
}

bool usable(const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>& context)
{
    return context != nullptr;
}

}  // namespace

struct QuicInitialOpener::Contexts {
    using Context = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;
    Context header{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    Context payload{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
};

QuicInitialOpener::QuicInitialOpener() : contexts_(std::make_unique<Contexts>())
{
    if (!usable(contexts_->header) || !usable(contexts_->payload)) throw std::bad_alloc();
    EVP_EncryptInit_ex(contexts_->header.get(), EVP_aes_128_ecb(), nullptr, nullptr, nullptr);
    EVP_DecryptInit_ex(contexts_->payload.get(), EVP_aes_128_gcm(), nullptr, nullptr, nullptr);
}

QuicInitialOpener::~QuicInitialOpener() = default;

std::uint64_t read_varint(ByteReader& in)
{
    const auto first = in.u8();
    std::uint64_t value = first & 0x3fU;
    for (unsigned more = (1U << (first >> 6U)) - 1; more > 0; --more) value = value << 8U | in.u8();
    return value;
}

bool is_quic_long_header(Bytes datagram)
{
    return datagram.size() >= 7 && (datagram[0] & 0x80U) != 0;
}

std::expected<QuicLongHeader, DecodeError> decode_quic_long_header(Bytes datagram)
{
    ByteReader in(datagram);
    QuicLongHeader header;
    const auto first = in.u8();
    header.version = in.u32();
    header.destination_id = in.take(in.u8());
    header.source_id = in.take(in.u8());
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if ((first & 0x80U) == 0) return std::unexpected(DecodeError::bad_value);
    if (header.version == 0) {
        header.type = QuicLongHeader::Type::version_negotiation;
        header.packet = datagram;
        return header;
    }
    if (salt_of(header.version) == nullptr) return std::unexpected(DecodeError::unsupported);
    if (header.destination_id.size() > 20 || header.source_id.size() > 20)
        return std::unexpected(DecodeError::bad_length);
    header.type = type_of(first, header.version);
    if (header.type == QuicLongHeader::Type::retry) {
        header.packet = datagram;
        return header;
    }
    if (header.type == QuicLongHeader::Type::initial)
        in.skip(static_cast<std::size_t>(std::min<std::uint64_t>(read_varint(in), SIZE_MAX)));
    const auto length = read_varint(in);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    header.protected_offset = datagram.size() - in.size();
    if (length > in.size()) return std::unexpected(DecodeError::truncated);
    header.packet = datagram.first(header.protected_offset + static_cast<std::size_t>(length));
    return header;
}

QuicInitialKeys QuicInitialOpener::client_keys(std::uint32_t version, Bytes destination_id)
{
    QuicInitialKeys keys;
    const auto* salt = salt_of(version);
    if (salt == nullptr) return keys;
    const bool second = version == kVersion2;
    const auto initial = Hmac(*salt).of(destination_id);  // HKDF-Extract
    const Hmac secret(expand_label(Hmac(initial), "client in", 32));
    const auto key = expand_label(secret, second ? "quicv2 key" : "quic key", 16);
    const auto iv = expand_label(secret, second ? "quicv2 iv" : "quic iv", 12);
    const auto protection = expand_label(secret, second ? "quicv2 hp" : "quic hp", 16);
    std::copy_n(key.begin(), keys.key.size(), keys.key.begin());
    std::copy_n(iv.begin(), keys.iv.size(), keys.iv.begin());
    std::copy_n(protection.begin(), keys.header_protection.size(), keys.header_protection.begin());
    return keys;
}

// RFC 9001 sections 5.3 and 5.4. The header is copied, unmasked and authenticated as associated data.
std::expected<Bytes, DecodeError> QuicInitialOpener::open(const QuicLongHeader& header, const QuicInitialKeys& keys)
{
    constexpr std::size_t kTag = 16, kSampleOffset = 4, kMostHeader = 1500;
    const auto packet = header.packet;
    const auto number_at = header.protected_offset;
    if (packet.size() < number_at + kSampleOffset + kTag || number_at > kMostHeader) {
        return std::unexpected(DecodeError::truncated);
    }
    auto* const ecb = contexts_->header.get();
    auto* const gcm = contexts_->payload.get();
    std::array<std::uint8_t, 32> mask{};
    int length = 0;
    EVP_EncryptInit_ex(ecb, nullptr, nullptr, keys.header_protection.data(), nullptr);
    EVP_EncryptUpdate(ecb, mask.data(), &length, packet.subspan(number_at + kSampleOffset, kTag).data(), kTag);

    std::array<std::uint8_t, kMostHeader + 4> associated{};
    const auto number_length = ((packet[0] ^ mask[0]) & 3U) + 1U;
    const auto header_length = number_at + number_length;
    std::ranges::copy(packet.first(header_length), associated.begin());
    associated[0] = static_cast<std::uint8_t>(associated[0] ^ (mask[0] & 0x0fU));
    auto nonce = keys.iv;
    for (std::size_t i = 0; i < number_length; ++i) {
        auto& octet = associated[number_at + i];
        octet = static_cast<std::uint8_t>(octet ^ mask[1 + i]);
        auto& mixed = nonce[nonce.size() - number_length + i];
        mixed = static_cast<std::uint8_t>(mixed ^ octet);
    }

    const auto sealed = packet.subspan(header_length);
    if (sealed.size() < kTag || sealed.size() - kTag > plain_.size()) return std::unexpected(DecodeError::truncated);
    const auto body = sealed.first(sealed.size() - kTag);
    std::array<std::uint8_t, kTag> tag{};
    std::ranges::copy(sealed.last(kTag), tag.begin());
    EVP_DecryptInit_ex(gcm, nullptr, nullptr, keys.key.data(), nonce.data());
    EVP_DecryptUpdate(gcm, nullptr, &length, associated.data(), static_cast<int>(header_length));
    EVP_DecryptUpdate(gcm, plain_.data(), &length, body.data(), static_cast<int>(body.size()));
    EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTag), tag.data());
    int rest = 0;
    if (EVP_DecryptFinal_ex(gcm, &plain_.back(), &rest) != 1) return std::unexpected(DecodeError::bad_value);
    return Bytes(plain_).first(body.size());
}

// RFC 9000 section 12.4: the frame types an Initial may hold.
std::expected<QuicCrypto, DecodeError> next_crypto_frame(ByteReader& frames)
{
    constexpr std::uint64_t kPadding = 0, kPing = 1, kAck = 2, kAckEcn = 3, kCrypto = 6, kClose = 0x1c;
    while (!frames.empty()) {
        const auto type = read_varint(frames);
        switch (type) {
            case kPadding: skip_zeros(frames); break;
            case kPing: break;
            case kAck:
            case kAckEcn: {
                read_varint(frames);
                read_varint(frames);
                const auto ranges = read_varint(frames);
                read_varint(frames);
                for (std::uint64_t i = 0; i < ranges * 2 && !frames.failed(); ++i) read_varint(frames);
                for (unsigned i = 0; type == kAckEcn && i < 3; ++i) read_varint(frames);
                break;
            }
            case kCrypto: {
                const auto offset = read_varint(frames);
                const auto length = read_varint(frames);
                if (frames.failed() || length > frames.size()) return std::unexpected(DecodeError::truncated);
                if (length == 0) break;
                return QuicCrypto{offset, frames.take(static_cast<std::size_t>(length))};
            }
            case kClose: {
                read_varint(frames);
                read_varint(frames);
                const auto reason = read_varint(frames);
                frames.skip(static_cast<std::size_t>(reason));
                break;
            }
            default: return std::unexpected(DecodeError::bad_value);
        }
        if (frames.failed()) return std::unexpected(DecodeError::truncated);
    }
    return QuicCrypto{};
}

QuicHandshake quic_handshake(std::uint32_t version)
{
    if (version == kQ050) return QuicHandshake::google;
    return version == kT050 || version == kT051 ? QuicHandshake::tls_in_google_frames : QuicHandshake::tls;
}

std::expected<QuicCrypto, DecodeError> next_google_crypto_frame(ByteReader& frames)
{
    constexpr std::uint8_t kPadding = 0, kPing = 7, kCrypto = 8;
    while (!frames.empty()) {
        const auto type = frames.u8();
        if (type == kPadding) skip_zeros(frames);
        if (type == kPadding || type == kPing) continue;
        if (type != kCrypto) return std::unexpected(DecodeError::bad_value);
        const auto offset = read_varint(frames);
        const auto length = read_varint(frames);
        if (frames.failed() || length > frames.size()) return std::unexpected(DecodeError::truncated);
        if (length != 0) return QuicCrypto{offset, frames.take(static_cast<std::size_t>(length))};
    }
    return QuicCrypto{};
}

}  // namespace breakwatch
