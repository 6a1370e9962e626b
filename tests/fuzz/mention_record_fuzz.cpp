// Records of mentions: a table, or JSON objects, as the first octet says, cut as it says too.
#include "feeds/mentions/mention_record.hpp"
#include "feeds/mentions/mention_records.hpp"
#include "fuzz/target.hpp"
#include "policy/text.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    static const std::vector<std::string> kCatalogue{"x", "instagram"};
    static const MentionMeaning kMeaning{.source = "fuzz",
                                         .platforms = platform_words(kCatalogue, {{"Twitter", "x"}}),
                                         .within = {},
                                         .zone = "Asia/Tokyo"};
    static const MentionFields kPointers{.platform = "/p/0",
                                         .at = "at",
                                         .within = "/within~1s",
                                         .reference = "reference",
                                         .about_us = "/p/1",
                                         .contact = "contact"};
    if (size == 0) return 0;
    const Timestamp arrived = parse_rfc3339("2026-11-24T12:00:00Z").value();
    const auto records =
        (data[0] & 1U) != 0
            ? MentionRecords::of_json((data[0] & 2U) != 0 ? kPointers : MentionFields{})
            : MentionRecords::of_table({}, (data[0] & 2U) != 0 ? Encoding::shift_jis : Encoding::automatic);
    const auto take = [&](const MentionRecords::Record& record) {
        const auto told = [](const std::string& why) {
            fuzz::promise(!why.empty() && why.size() < 300, "a refusal says why, briefly");
        };
        if (!record.texts) return told(record.texts.error());
        const auto mention = read_mention(*record.texts, kMeaning, arrived);
        if (!mention) return told(mention.error());
        if (!*mention) return;
        const auto& read = **mention;
        fuzz::promise(read.platform == "x" || read.platform == "instagram", "the platform is one of ours");
        fuzz::promise(!read.reference.empty() && read.reference.size() <= kLongestMentionText, "a bounded reference");
        fuzz::promise(read.contact.size() <= kLongestMentionText, "a bounded contact");
        fuzz::promise(!first_broken(read.reference) && !first_broken(read.contact), "texts are UTF-8");
        fuzz::promise(read.within >= Duration{0} && read.within <= MentionFeedConfig::kMostWithin,
                      "a bounded precision");
        fuzz::promise(read.at <= arrived + kMentionAhead, "nothing of far ahead");
    };
    auto rest = as_text(Bytes(data, size).subspan(1));
    const std::size_t piece = 1 + (data[0] >> 2U);
    for (; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) records->feed(rest.substr(0, piece), take);
    if ((data[0] & 4U) != 0) records->finish(take);
    records->finish_whole(take);
    return 0;
}
