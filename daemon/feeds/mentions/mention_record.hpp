// A record of an export as a mention, or in words why it is none. Pure.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "feeds/mentions/mention_texts.hpp"
#include "policy/mention/mention.hpp"

namespace breakwatch {

inline constexpr std::size_t kLongestMentionText = 200;            // octets of a reference, of a contact's id
inline constexpr Duration kMentionAhead = std::chrono::hours{24};  // of the arrival; further on it is a mistake

// How the texts are to be understood.
struct MentionMeaning {
    std::string source;                            // the feed's name
    std::map<std::string, std::string> platforms;  // folded word (folded_word.hpp) -> the catalogue's name
    Duration within = std::chrono::seconds{60};
    std::string zone = "UTC";  // of local times
};

// `catalogue`: the platforms that there are. A word that leads to none of them means nothing.
std::map<std::string, std::string> platform_words(std::span<const std::string> catalogue,
                                                  const std::map<std::string, std::string>& configured);

// None: understood, and not about us. The error says what was expected where, without any value.
std::expected<std::optional<Mention>, std::string> read_mention(const MentionTexts& texts,
                                                                const MentionMeaning& meaning, Timestamp arrived);

}  // namespace breakwatch
