// What a record of an export says, and what is said of one that says nothing.
#include "feeds/mentions/mention_record.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kCatalogue{"x", "instagram", "tiktok"};
const Timestamp kArrived = parse_rfc3339("2026-11-24T12:00:00Z").value();

MentionMeaning meaning()
{
    return {.source = "listening",
            .platforms = platform_words(kCatalogue, {{"Twitter", "x"}, {"Ｉｎｓｔａ", "instagram"}, {"blog", "blogs"}}),
            .within = 60s,
            .zone = "Asia/Tokyo"};
}

MentionTexts good()
{
    return {.platform = "twitter",
            .at = "2026-11-24T10:00:00Z",
            .within = {},
            .reference = "p-1",
            .about_us = {},
            .contact = {}};
}

std::optional<Mention> read(const MentionTexts& texts)
{
    const auto mention = read_mention(texts, meaning(), kArrived);
    if (!mention) FAIL(mention.error());
    return *mention;
}

std::string refusal(std::string MentionTexts::* field, const std::string& text)
{
    auto texts = good();
    texts.*field = text;
    const auto mention = read_mention(texts, meaning(), kArrived);
    REQUIRE_FALSE(mention);
    CHECK((text.size() < 3 || mention.error().find(text) == std::string::npos));
    return mention.error().substr(0, mention.error().find(':'));
}

Timestamp at_of(const std::string& text)
{
    auto texts = good();
    texts.at = text;
    return read(texts)->at;
}

}  // namespace

TEST_CASE("a record is a mention: platform, time, precision, reference, and the contact that it names")
{
    auto texts = good();
    texts.contact = " 7f1c-1077 ";
    texts.within = "5min";
    CHECK(read(texts) == Mention{.source = "listening",
                                 .reference = "p-1",
                                 .platform = "x",
                                 .at = parse_rfc3339("2026-11-24T10:00:00Z").value(),
                                 .within = 5min,
                                 .contact = "7f1c-1077"});
}

TEST_CASE("platforms are known by our names and the export's, in any case and width of letters")
{
    for (const auto* word : {"X", "x", "TWITTER", " Twitter ", "Ｘ"}) {
        auto texts = good();
        texts.platform = word;
        CHECK(read(texts)->platform == "x");
    }
    auto texts = good();
    texts.platform = "insta";
    CHECK(read(texts)->platform == "instagram");
    CHECK(refusal(&MentionTexts::platform, "myspace") == "platform");
    CHECK(refusal(&MentionTexts::platform, "blog") == "platform");  // configured, and no platform of the catalogue
    CHECK(refusal(&MentionTexts::platform, " ") == "platform");
}

TEST_CASE("times are taken with an offset, since 1970, or of the feed's own zone")
{
    const auto ten = parse_rfc3339("2026-11-24T10:00:00Z").value();
    for (const auto* text :
         {"2026-11-24T10:00:00Z", "2026-11-24T19:00:00+09:00", "2026-11-24 19:00:00", "2026-11-24T19:00",
          "2026/11/24 19:00", "1795514400", "1795514400000", "2026-11-24 10:00:00 UTC"}) {
        CAPTURE(text);
        CHECK(at_of(text) == ten);
    }
    CHECK(at_of("2026-11-24 19:00:00.250") == ten + 250ms);
    for (const auto* text : {"", "yesterday", "2026-13-24 19:00:00", "19:00", "2026-11-24", "-1", "24.11.2026 19:00"}) {
        CAPTURE(text);
        CHECK(refusal(&MentionTexts::at, text) == "at");
    }
}

TEST_CASE("a post of more than a day to come was not seen")
{
    CHECK(at_of("2026-11-25T12:00:00Z") == kArrived + 24h);
    CHECK(refusal(&MentionTexts::at, "2026-11-25T12:00:01Z") == "at");
}

TEST_CASE("the precision is the record's, or what the feed says")
{
    const auto within = [](const std::string& text) {
        auto texts = good();
        texts.within = text;
        return read(texts)->within;
    };
    CHECK(within("") == 60s);
    CHECK(within("0") == 0s);
    CHECK(within("90") == 90s);
    CHECK(within("1.5") == 1500ms);
    CHECK(within("2h") == 2h);
    CHECK(within("86400") == 24h);
    for (const auto* text : {"86401", "2 days", "-5", "soon", "nan", "inf"})
        CHECK(refusal(&MentionTexts::within, text) == "within");
}

TEST_CASE("what is about others is understood, and left out before anything of it is judged")
{
    for (const auto* word : {"false", "No", "0", "FALSE"}) {
        auto texts = good();
        texts.about_us = word;
        texts.platform = "myspace";
        CHECK(read(texts) == std::nullopt);
    }
    for (const auto* word : {"true", "Yes", "1", ""}) {
        auto texts = good();
        texts.about_us = word;
        CHECK(read(texts));
    }
    CHECK(refusal(&MentionTexts::about_us, "perhaps") == "about_us");
}

TEST_CASE("a reference is one line of UTF-8, of at most 200 octets")
{
    auto texts = good();
    texts.reference = " a\nb\xff ";
    CHECK(read(texts)->reference == "a b\xef\xbf\xbd");
    texts.reference = std::string(200, 'r');
    CHECK(read(texts)->reference.size() == 200);
    CHECK(refusal(&MentionTexts::reference, std::string(201, 'r')) == "reference");
    CHECK(refusal(&MentionTexts::reference, " \t") == "reference");
    CHECK(refusal(&MentionTexts::reference, "somebody@mastodon.example") == "reference");
    CHECK(refusal(&MentionTexts::reference, "https://x.com/somebody/status/17") == "reference");
    CHECK(refusal(&MentionTexts::contact, std::string(201, 'c')) == "contact");
}

TEST_CASE("of an object the members that are configured are read, by name or by pointer")
{
    const MentionFields fields{.platform = "/source/network",
                               .at = "posted at",
                               .within = "within",
                               .reference = "a/b",
                               .about_us = "/flags/0",
                               .contact = "contact"};
    const auto record = boost::json::parse(
        R"({"source":{"network":"x"},"posted at":1795514400,"a/b":17,"flags":[false],"contact":null,"text":"secret"})");
    const auto texts = mention_texts_of(record, fields);
    CHECK(texts.platform == "x");
    CHECK(texts.at == "1795514400");
    CHECK(texts.reference == "17");
    CHECK(texts.about_us == "false");
    CHECK(texts.within.empty());
    CHECK(texts.contact.empty());
}

}  // namespace breakwatch
