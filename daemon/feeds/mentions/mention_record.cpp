#include "feeds/mentions/mention_record.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/parse_duration.hpp"
#include "feeds/calls/mapped/mapped_time.hpp"
#include "feeds/core/loose_time.hpp"
#include "feeds/people/folded_word.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLongestTime = 48;

// One line without blanks around it.
std::string plain(std::string_view text)
{
    auto clean = clean_text(text);
    clean.erase(0, std::min(clean.find_first_not_of(' '), clean.size()));
    clean.erase(clean.find_last_not_of(' ') + 1);
    return clean;
}

// Nothing said is about us: most exports hold nothing else.
std::optional<bool> read_about_us(std::string_view text)
{
    const auto word = folded_word(text);
    if (word.empty() || word == "true" || word == "yes" || word == "1") return true;
    if (word == "false" || word == "no" || word == "0") return false;
    return std::nullopt;
}

std::optional<Timestamp> read_local(std::string text, const std::string& zone)
{
    static const std::vector<std::string> kFormats{"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M"};
    std::ranges::replace(text, '/', '-');
    if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
    return read_moment(text, kFormats, zone);
}

std::optional<Timestamp> read_at(const std::string& text, const std::string& zone)
{
    if (text.size() > kLongestTime) return std::nullopt;
    const auto at = parse_loose_time(text);
    return at ? at : read_local(text, zone);
}

std::optional<Duration> read_within(const std::string& text, Duration otherwise)
{
    if (text.empty()) return otherwise;
    if (text.size() > kLongestTime) return std::nullopt;
    auto within = parse_duration(text);
    if (!within) within = read_duration(text, CallMapping::Unit::seconds);
    if (!within || *within < Duration{0} || *within > MentionFeedConfig::kMostWithin) return std::nullopt;
    return within;
}

}  // namespace

std::map<std::string, std::string> platform_words(std::span<const std::string> catalogue,
                                                  const std::map<std::string, std::string>& configured)
{
    std::map<std::string, std::string> words;
    for (const auto& platform : catalogue) words[folded_word(platform)] = platform;
    for (const auto& [word, platform] : configured) {
        const auto folded = folded_word(word);
        words.erase(folded);
        if (std::ranges::find(catalogue, platform) != catalogue.end()) words[folded] = platform;
    }
    return words;
}

std::expected<std::optional<Mention>, std::string> read_mention(const MentionTexts& texts,
                                                                const MentionMeaning& meaning, Timestamp arrived)
{
    const auto about_us = read_about_us(texts.about_us);
    if (!about_us) return std::unexpected("about_us: expected true or false");
    if (!*about_us) return std::nullopt;

    if (plain(texts.platform).empty()) return std::unexpected("platform: missing");
    const auto platform = meaning.platforms.find(folded_word(texts.platform));
    if (platform == meaning.platforms.end()) {
        return std::unexpected(
            "platform: none that is known; expected one of the catalogue's names, or a word that the feed's "
            "platforms: name");
    }
    const auto told = plain(texts.at);
    if (told.empty()) return std::unexpected("at: missing; expected the time of the post");
    const auto at = read_at(told, meaning.zone);
    if (!at) return std::unexpected("at: expected a time such as 2026-11-23T09:14:05+09:00 or 2026-11-23 09:14");
    if (*at > arrived + kMentionAhead)
        return std::unexpected("at: is more than 24h to come; expected a post that was seen");
    const auto within = read_within(plain(texts.within), meaning.within);
    if (!within) return std::unexpected("within: expected seconds or a duration such as 5min, at most 24h");
    auto reference = plain(texts.reference);
    if (reference.empty()) return std::unexpected("reference: missing; expected the export's own id of the post");
    auto contact = plain(texts.contact);
    if (reference.find('@') != std::string::npos || reference.find('/') != std::string::npos)
        return std::unexpected("reference: an address or a handle; expected the bare id of the post");
    if (reference.size() > kLongestMentionText) return std::unexpected("reference: longer than 200 octets");
    if (contact.size() > kLongestMentionText) return std::unexpected("contact: longer than 200 octets");
    return Mention{.source = meaning.source,
                   .reference = std::move(reference),
                   .platform = platform->second,
                   .at = *at,
                   .within = *within,
                   .contact = std::move(contact)};
}

}  // namespace breakwatch
