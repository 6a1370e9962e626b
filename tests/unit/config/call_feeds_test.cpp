// Call feeds in the configuration: which keys mean something for which kind, and what is said of others.
#include <doctest/doctest.h>

#include "config/load_config.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

const ConfigVocabulary kWords{{{"file", "a file", {"path"}, {"format"}},
                               {"client", "a client", {"host", "secret_file"}, {"port", "tls", "ca_file"}}},
                              {"generic", "csv"}};

std::expected<Config, ConfigErrors> load(const std::string& feed)
{
    const test::TemporaryFolder folder;
    return load_config(folder.write("t.yaml", "calls:\n  - {name: acd, " + feed + "}\n"), kWords);
}

std::string errors_of(const std::string& feed)
{
    std::string text;
    const auto config = load(feed);
    REQUIRE_FALSE(config);
    for (const auto& error : config.error()) text += to_string(error) + "\n";
    return text;
}

}  // namespace

TEST_CASE("a call feed is read with its keys")
{
    const auto config = load(
        "kind: client, host: pbx, port: 5039, tls: true, ca_file: /ca, secret_file: s, silence: 5min, clock_limit: "
        "10s");
    REQUIRE(config);
    const auto& feed = config->calls.front();
    CHECK(feed.host == "pbx");
    CHECK(feed.port == 5039);
    CHECK(feed.tls);
    CHECK(feed.silence == 5min);
    CHECK(feed.clock_limit == 10s);
    CHECK(feed.secret_file.is_absolute());
}

TEST_CASE("keys that a kind needs, does not know or cannot use are told with their place")
{
    CHECK(errors_of("kind: tape").find("expected one of file, client") != std::string::npos);
    CHECK(errors_of("kind: file").find("path") != std::string::npos);
    CHECK(errors_of("kind: file, path: x, format: xml").find("expected one of generic, csv") != std::string::npos);
    CHECK(errors_of("kind: file, path: x, host: pbx").find("host: means nothing for kind file") != std::string::npos);
    CHECK(errors_of("kind: client, host: pbx, secret_file: s, ca_file: c").find("means nothing without tls") !=
          std::string::npos);
    CHECK(errors_of("kind: client, host: pbx, secret_file: s, prot: 1").find("prot") != std::string::npos);
    CHECK(errors_of("kind: client, host: pbx").find(":2:") != std::string::npos);
}

}  // namespace breakwatch
