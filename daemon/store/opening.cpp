#include "store/opening.hpp"

#include <sodium.h>

#include <algorithm>
#include <boost/json.hpp>

#include "policy/text.hpp"
#include "store/hash.hpp"
#include "store/hex.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// Machines' clocks differ by so much.
constexpr Duration kClocks = std::chrono::minutes{5};

std::int64_t count_of(Timestamp time)
{
    return time.time_since_epoch().count();
}

std::string digest_of_request(const OpeningAsk& ask)
{
    return hash_of(to_json(ask));
}

// What an opener signs. A JSON list keeps the parts apart, whatever is in them.
std::string signed_text(const Approval& approval)
{
    return json::serialize(json::array{"breakwatch approval", approval.request, approval.incident, approval.opener.name,
                                       approval.opener.key, count_of(approval.at), hex_of(approval.digest),
                                       hex_of(approval.shares)});
}

// The members of a file of ours, read with `read`, which throws where one is missing or of another type.
template <typename Value, typename Read>
std::expected<Value, std::string> read_object(std::string_view text, std::string_view of, const Read& read)
{
    const auto is_none = "is no " + std::string(of) + " of breakwatch, or was cut or changed on its way";
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return std::unexpected(is_none);
    try {
        const auto& object = value.get_object();
        if (object.at("breakwatch").as_string() != of) return std::unexpected(is_none);
        if (object.at("version").as_int64() != 1) return std::unexpected("is of a later version of breakwatch");
        return read(object);
    } catch (const std::exception&) {
        return std::unexpected(is_none);
    }
}

std::string words_member(const json::object& object, const char* key)
{
    return std::string(object.at(key).as_string());
}

std::string octets_member(const json::object& object, const char* key)
{
    return octets_of_hex(words_member(object, key)).value();
}

Timestamp time_member(const json::object& object, const char* key)
{
    return parse_rfc3339(words_member(object, key)).value();
}

std::string shown(const std::string& text)
{
    return clean_text(text.substr(0, 80));
}

}  // namespace

std::string to_json(const OpeningAsk& ask)
{
    return clean_text(json::serialize(json::object{{"breakwatch", kRequestOf},
                                                   {"version", 1},
                                                   {"id", ask.id},
                                                   {"incident", ask.about.incident},
                                                   {"subject", ask.about.subject},
                                                   {"by", ask.by},
                                                   {"reason", ask.reason},
                                                   {"at", to_rfc3339(ask.at)},
                                                   {"until", to_rfc3339(ask.until)},
                                                   {"answer_to", hex_of(characters_of(ask.answer_to))},
                                                   {"identity", json::parse(to_json(ask.identity))}}));
}

std::string to_json(const Approval& approval)
{
    return clean_text(json::serialize(json::object{{"breakwatch", kApprovalOf},
                                                   {"version", 1},
                                                   {"request", approval.request},
                                                   {"incident", approval.incident},
                                                   {"opener", approval.opener.name},
                                                   {"key", approval.opener.key},
                                                   {"at", to_rfc3339(approval.at)},
                                                   {"digest", hex_of(approval.digest)},
                                                   {"shares", hex_of(approval.shares)},
                                                   {"signature", hex_of(approval.signature)}}));
}

std::expected<OpeningAsk, std::string> opening_ask_from_json(std::string_view text)
{
    return read_object<OpeningAsk>(text, kRequestOf, [](const json::object& object) {
        OpeningAsk ask{.id = words_member(object, "id"),
                       .about = {words_member(object, "incident"), words_member(object, "subject")},
                       .by = words_member(object, "by"),
                       .reason = words_member(object, "reason"),
                       .at = time_member(object, "at"),
                       .until = time_member(object, "until"),
                       .answer_to = {},
                       .identity = sealed_identity_from_json(json::serialize(object.at("identity"))).value()};
        const auto key = octets_member(object, "answer_to");
        if (key.size() != ask.answer_to.size()) throw std::invalid_argument("answer_to");
        std::ranges::copy(octets_of(key), ask.answer_to.begin());
        return ask;
    });
}

std::expected<Approval, std::string> approval_from_json(std::string_view text)
{
    return read_object<Approval>(text, kApprovalOf, [](const json::object& object) {
        return Approval{.request = words_member(object, "request"),
                        .incident = words_member(object, "incident"),
                        .opener = {words_member(object, "opener"), words_member(object, "key")},
                        .at = time_member(object, "at"),
                        .digest = octets_member(object, "digest"),
                        .shares = octets_member(object, "shares"),
                        .signature = octets_member(object, "signature")};
    });
}

AnswerKey make_answer_key()
{
    AnswerKey made{.key = {}, .secret = std::string(crypto_box_SECRETKEYBYTES, '\0')};
    crypto_box_keypair(made.key.data(), octets_in(made.secret).data());
    return made;
}

std::string make_request_id()
{
    std::string octets(8, '\0');
    randombytes_buf(octets.data(), octets.size());
    return "q-" + hex_of(octets);
}

std::expected<Approval, std::string> approve(const OpeningAsk& ask, const OpenerSecret& secret, Timestamp now)
{
    const auto key = to_string(secret.key());
    const auto index = ask.identity.index_of(key);
    if (!index) {
        std::string names;
        for (const auto& opener : ask.identity.openers) names += (names.empty() ? "" : ", ") + shown(opener.name);
        return std::unexpected("the key is of none of the openers that incident " + shown(ask.about.incident) +
                               " is sealed to: " + names);
    }
    if (now > ask.until) return std::unexpected("request " + shown(ask.id) + " ended at " + to_rfc3339(ask.until));
    const auto shares = unseal_shares(ask.identity, *index, ask.about, secret);
    if (!shares) return std::unexpected("request " + shown(ask.id) + ": " + shares.error());
    json::array list;
    for (const auto& share : *shares) list.emplace_back(hex_of(share));
    Approval approval{.request = ask.id,
                      .incident = ask.about.incident,
                      .opener = ask.identity.openers[*index],
                      // As its file will say it.
                      .at = std::chrono::floor<std::chrono::milliseconds>(now),
                      .digest = digest_of_request(ask),
                      .shares = seal_to(ask.answer_to, json::serialize(list)),
                      .signature = {}};
    approval.signature = secret.sign(signed_text(approval));
    return approval;
}

std::string objection_to(const Approval& approval, const OpeningAsk& ask)
{
    const auto whose = "the approval of " + shown(approval.opener.name) + " ";
    if (approval.request != ask.id || approval.incident != ask.about.incident)
        return whose + "is of request " + shown(approval.request) + " about incident " + shown(approval.incident) +
               "; expected request " + ask.id + " about incident " + ask.about.incident;
    const auto index = ask.identity.index_of(approval.opener.key);
    const auto key = parse_opener_key(approval.opener.key);
    if (!index || !key || ask.identity.openers[*index] != approval.opener)
        return whose + "is of nobody that incident " + ask.about.incident + " is sealed to";
    if (!signed_by(*key, signed_text(approval), approval.signature))
        return whose + "was changed: its signature does not hold";
    if (approval.digest != digest_of_request(ask)) return whose + "was given to another wording of request " + ask.id;
    if (approval.at + kClocks < ask.at || approval.at > ask.until)
        return whose + "is of " + to_rfc3339(approval.at) + "; the request was open from " + to_rfc3339(ask.at) +
               " until " + to_rfc3339(ask.until);
    return "";
}

namespace {

// The share of the pair with `other`; "" where it cannot be read.
std::string share_in(const Approval& approval, std::size_t other, const AnswerKey& key)
{
    if (approval.shares.size() < crypto_box_SEALBYTES) return "";
    std::string text(approval.shares.size() - crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal_open(octets_in(text).data(), octets_of(approval.shares).data(), approval.shares.size(),
                             key.key.data(), octets_of(key.secret).data()) != 0)
        return "";
    boost::system::error_code error;
    const auto list = json::parse(text, error);
    if (error || !list.is_array() || other >= list.get_array().size()) return "";
    const auto* share = list.get_array()[other].if_string();
    return share == nullptr ? "" : octets_of_hex(std::string_view(*share)).value_or("");
}

}  // namespace

std::expected<StaffId, std::string> join_approvals(const SealedIdentity& identity, const OpeningAsk& ask,
                                                   const AnswerKey& key, const std::vector<Approval>& approvals)
{
    if (approvals.empty()) return std::unexpected("nobody approved yet; expected two different openers");
    const auto& first = approvals.front();
    const auto second =
        std::ranges::find_if(approvals, [&](const Approval& each) { return each.opener.key != first.opener.key; });
    if (second == approvals.end())
        return std::unexpected("only " + first.opener.name + " approved; expected two different openers");
    const auto one = identity.index_of(first.opener.key);
    const auto other = identity.index_of(second->opener.key);
    if (!one || !other || key.secret.size() != crypto_box_SECRETKEYBYTES)
        return std::unexpected("what is sealed is not what was asked for: it was changed");
    auto staff = join_shares(identity, ask.about, share_in(first, *other, key), share_in(*second, *one, key));
    if (!staff) return std::unexpected("the two approvals do not open it: an approval or what is sealed was changed");
    return std::move(*staff);
}

}  // namespace breakwatch
