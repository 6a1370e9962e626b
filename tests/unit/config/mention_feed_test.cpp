// A feed of mentions as it is configured, whole.
#include <doctest/doctest.h>

#include "config/load_config.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch {
namespace {

std::expected<Config, ConfigErrors> load(const test::TemporaryFolder& folder, const std::string& yaml)
{
    return load_config(folder.write("t.yaml", yaml));
}

}  // namespace

TEST_CASE("a feed of mentions is read with all that it may say")
{
    const test::TemporaryFolder folder;
    const auto config =
        load(folder,
             "mentions:\n"
             "  - name: listening\n"
             "    path: posts.csv\n"
             "    encoding: shift_jis\n"
             "    fields: {platform: Network, at: Published, reference: Post ID}\n"
             "    platforms: {Twitter: x, 12: tiktok}\n"
             "    within: 5min\n"
             "    time_zone: Asia/Tokyo\n"
             "  - {name: desk, kind: webhook, listen: 127.0.0.1, port: 9443, certificate_file: c, key_file: "
             "k, secret_file: s, fields: {reference: /post/id}}\n");
    if (!config) FAIL(to_string(config.error().front()));
    REQUIRE(config->mentions.size() == 2);
    const auto here = config->file.parent_path();
    MentionFeedConfig listening;
    listening.name = "listening";
    listening.path = here / "posts.csv";
    listening.encoding = Encoding::shift_jis;
    listening.fields.platform = "Network";
    listening.fields.at = "Published";
    listening.fields.reference = "Post ID";
    listening.platforms = {{"Twitter", "x"}, {"12", "tiktok"}};
    listening.within = std::chrono::minutes{5};
    listening.time_zone = "Asia/Tokyo";
    CHECK(config->mentions[0] == listening);
    CHECK(config->mentions[1].kind == MentionFeedConfig::Kind::webhook);
    CHECK(config->mentions[1].port == 9443);
    CHECK(config->mentions[1].fields.reference == "/post/id");
    CHECK(config->mentions[1].key_file == here / "k");
}

TEST_CASE("what a feed of mentions cannot do with is told, each with its place")
{
    const test::TemporaryFolder folder;
    const auto config = load(folder,
                             "mentions:\n"
                             "  - name: m\n"
                             "    path: p\n"
                             "    listen: nowhere\n"
                             "    platforms: {Twitter: \"\"}\n"
                             "    fields: {at: \"\"}\n");
    REQUIRE_FALSE(config);
    std::string all;
    for (const auto& error : config.error())
        all += std::to_string(error.line) + " " + error.key + ": " + error.text + "\n";
    CHECK(all ==
          "4 mentions[0].listen: found 'nowhere'; expected an IP address\n"
          "4 mentions[0].listen: means nothing for a file\n"
          "5 mentions[0].platforms.Twitter: is empty; expected a platform's name\n"
          "6 mentions[0].fields.at: is empty; expected a name, or no such key\n");
}

}  // namespace breakwatch
