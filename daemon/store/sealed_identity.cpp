#include "store/sealed_identity.hpp"

#include <sodium.h>

#include <algorithm>
#include <boost/json.hpp>
#include <ranges>
#include <stdexcept>

#include "policy/text.hpp"
#include "store/hash.hpp"
#include "store/hex.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// A long staff id does not show as one.
constexpr std::size_t kPadding = 64;

std::string random_octets(std::size_t count)
{
    std::string octets(count, '\0');
    randombytes_buf(octets.data(), octets.size());
    return octets;
}

std::string exclusive_or(std::string one, const std::string& other)
{
    for (std::size_t i = 0; i < one.size(); ++i) one[i] = static_cast<char>(one[i] ^ other[i]);
    return one;
}

// A JSON list keeps the parts apart, whatever is in them.
std::string binding_of(const SealedAbout& about)
{
    return hash_of(json::serialize(json::array{"breakwatch identity", about.incident, about.subject}));
}

std::string encrypted(const std::string& staff, const std::string& binding, const std::string& key)
{
    auto text = staff;
    text.resize((staff.size() / kPadding + 1) * kPadding);
    std::size_t padded = 0;
    if (sodium_pad(&padded, octets_in(text).data(), staff.size(), kPadding, text.size()) != 0)
        throw std::logic_error("padding a staff id");
    auto body = random_octets(kNonce) + std::string(text.size() + kTag, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(octets_in(body).subspan(kNonce).data(), nullptr, octets_of(text).data(),
                                               padded, octets_of(binding).data(), binding.size(), nullptr,
                                               octets_of(body).data(), octets_of(key).data());
    return body;
}

std::optional<std::string> decrypted(const std::string& body, const std::string& binding, const std::string& key)
{
    if (body.size() <= kNonce + kTag) return std::nullopt;
    std::string text(body.size() - kNonce - kTag, '\0');
    const auto box = octets_of(body).subspan(kNonce);
    std::size_t size = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(octets_in(text).data(), nullptr, nullptr, box.data(), box.size(),
                                                   octets_of(binding).data(), binding.size(), octets_of(body).data(),
                                                   octets_of(key).data()) != 0 ||
        sodium_unpad(&size, octets_of(text).data(), text.size(), kPadding) != 0)
        return std::nullopt;
    text.resize(size);
    return text;
}

}  // namespace

std::optional<std::size_t> SealedIdentity::index_of(std::string_view opener_key) const
{
    const auto found = std::ranges::find(openers, opener_key, &Opener::key);
    return found == openers.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - openers.begin()));
}

SealedIdentity seal_identity(const StaffId& staff, const SealedAbout& about, const std::vector<Opener>& openers)
{
    const auto count = openers.size();
    if (count < 2 || count > kMostOpeners) throw std::logic_error("an identity is sealed to 2 to 8 openers");
    std::vector<OpenerKey> keys;
    for (const auto& opener : openers) keys.push_back(parse_opener_key(opener.key).value());
    const auto key = random_octets(kKey);
    const auto binding = binding_of(about);
    SealedIdentity identity{.openers = openers,
                            .boxes = std::vector<std::string>(count * count),
                            .body = encrypted(staff.value, binding, key)};
    for (std::size_t one = 0; one < count; ++one) {
        for (std::size_t other = one + 1; other < count; ++other) {
            const auto share = random_octets(kKey);
            identity.boxes[one * count + other] = seal_to(keys[one].box, share + binding);
            identity.boxes[other * count + one] = seal_to(keys[other].box, exclusive_or(share, key) + binding);
        }
    }
    return identity;
}

std::string to_json(const SealedIdentity& identity)
{
    json::array openers;
    for (const auto& opener : identity.openers) openers.push_back(json::array{opener.name, opener.key});
    json::array boxes;
    for (const auto& box : identity.boxes) boxes.emplace_back(hex_of(box));
    return clean_text(json::serialize(
        json::object{{"version", 1}, {"openers", openers}, {"boxes", boxes}, {"body", hex_of(identity.body)}}));
}

std::optional<SealedIdentity> sealed_identity_from_json(std::string_view text)
{
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    try {
        const auto& object = value.get_object();
        if (object.at("version").as_int64() != 1) return std::nullopt;
        SealedIdentity identity;
        for (const auto& each : object.at("openers").as_array()) {
            const auto& pair = each.as_array();
            identity.openers.push_back({std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string())});
        }
        for (const auto& each : object.at("boxes").as_array()) {
            auto box = octets_of_hex(std::string_view(each.as_string()));
            if (!box) return std::nullopt;
            identity.boxes.push_back(std::move(*box));
        }
        auto body = octets_of_hex(std::string_view(object.at("body").as_string()));
        const auto count = identity.openers.size();
        if (!body || count < 2 || count > kMostOpeners || identity.boxes.size() != count * count) return std::nullopt;
        identity.body = std::move(*body);
        return identity;
    } catch (const std::exception&) {  // a member that is missing, or of another type
        return std::nullopt;
    }
}

std::expected<std::vector<std::string>, std::string> unseal_shares(const SealedIdentity& identity, std::size_t opener,
                                                                   const SealedAbout& about, const OpenerSecret& secret)
{
    const auto binding = binding_of(about);
    std::vector<std::string> shares(identity.openers.size());
    for (std::size_t other = 0; other < shares.size(); ++other) {
        if (other == opener) continue;
        auto share = secret.unseal(identity.box_of(opener, other));
        if (!share || share->size() != kKey + binding.size())
            return std::unexpected("its box for " + identity.openers[opener].name + " was changed, or is another's");
        if (share->substr(kKey) != binding)
            return std::unexpected("its boxes are of another incident than " + about.incident);
        shares[other] = share->substr(0, kKey);
    }
    return shares;
}

std::optional<StaffId> join_shares(const SealedIdentity& identity, const SealedAbout& about, const std::string& one,
                                   const std::string& other)
{
    if (one.size() != kKey || other.size() != kKey) return std::nullopt;
    auto staff = decrypted(identity.body, binding_of(about), exclusive_or(one, other));
    return staff ? std::optional(StaffId{std::move(*staff)}) : std::nullopt;
}

}  // namespace breakwatch
