// A mention and its answer as they lie on disk. Who it could have been is sealed with the identity key, bound to the
// answer that it belongs to; the answer itself, which is in the chain of evidence too, holds nobody.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mention/mention_answer.hpp"
#include "store/identity_key.hpp"

namespace breakwatch {

// The source of what people enter.
inline constexpr std::string_view kOperatorSource = "operator";

// One that somebody entered. `entry` moves on with each entering, also of the same reference.
struct EnteredMention {
    std::uint64_t entry = 0;
    Mention mention;
};

struct StoredMention {
    Mention mention;
    Timestamp told;                       // when it was entered last, or first answered
    std::string entered_by;               // "" by a feed
    std::optional<MentionAnswer> answer;  // without candidates
    std::optional<double> share;          // of whoever stands out
    std::string answer_json;              // "" none yet
};

std::string reference_of(const Mention& mention);  // "operator/C-17"

// All of it. Times as in an incident.
std::string to_json(const Mention& mention);
// None: spoilt, or of a later version.
std::optional<Mention> mention_from_json(std::string_view text);
// Without its candidates; `share` is that of the first where it stands out.
std::string to_json(const MentionAnswer& answer);
struct PublicAnswer {
    MentionAnswer answer;
    std::optional<double> share;
};
std::optional<PublicAnswer> answer_from_json(std::string_view text);

std::string seal_candidates(const MentionAnswer& answer, const IdentityKey& key);
// Why not, in words: another key, changed, or those of another answer than `answer_json`.
std::expected<std::vector<MentionCandidate>, std::string> unseal_candidates(const std::string& sealed,
                                                                            const std::string& answer_json,
                                                                            const IdentityKey& key);

// Whether it says no more than `before` and `sealed`, apart from when it was given and its revision.
bool same_answer(const MentionAnswer& answer, const std::string& before, const std::string& sealed,
                 const IdentityKey& key);

}  // namespace breakwatch
