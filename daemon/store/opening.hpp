// The walk of two people to a name, as it is carried on paper or a stick: the request that `breakwatch ask` makes, and
// the approvals of two openers. An approval's shares can be read with the key of its request alone, which stays in the
// state directory and goes when the request does.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.hpp"
#include "store/sealed_identity.hpp"

namespace breakwatch {

inline constexpr std::string_view kRequestOf = "opening-request";
inline constexpr std::string_view kApprovalOf = "opening-approval";

struct OpeningAsk {
    std::string id;  // "q-7f3a9c01d2e4b566"
    SealedAbout about;
    std::string by;  // operating-system user
    std::string reason;
    Timestamp at;
    Timestamp until;
    std::array<std::uint8_t, 32> answer_to{};  // X25519: approvals are sealed to it
    SealedIdentity identity;                   // without its body
};

struct Approval {
    std::string request;
    std::string incident;
    Opener opener;
    Timestamp at;
    std::string digest;     // of the request as it was shown: octets
    std::string shares;     // sealed to the request: octets
    std::string signature;  // of all the above, by the opener: octets
};

// One line each.
std::string to_json(const OpeningAsk& ask);
std::string to_json(const Approval& approval);
// In words why not: something else, spoilt, or of a later version. Bounded, whoever wrote it.
std::expected<OpeningAsk, std::string> opening_ask_from_json(std::string_view text);
std::expected<Approval, std::string> approval_from_json(std::string_view text);

// The key of a request: `secret` reads what is sealed to `key`.
struct AnswerKey {
    std::array<std::uint8_t, 32> key{};
    std::string secret;  // octets
};
AnswerKey make_answer_key();
std::string make_request_id();

std::expected<Approval, std::string> approve(const OpeningAsk& ask, const OpenerSecret& secret, Timestamp now);
// Empty: it is an opener's word on this very request, in its time.
std::string objection_to(const Approval& approval, const OpeningAsk& ask);
// `identity`: the whole of what is sealed. `approvals`: without objection, of two different openers. In words why not.
std::expected<StaffId, std::string> join_approvals(const SealedIdentity& identity, const OpeningAsk& ask,
                                                   const AnswerKey& key, const std::vector<Approval>& approvals);

}  // namespace breakwatch
