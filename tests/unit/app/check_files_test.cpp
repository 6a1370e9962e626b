// What `check` finds about files by looking at them as the service's user would.
#include "app/check_files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

using namespace breakwatch;
using breakwatch::test::TemporaryFolder;

namespace {

constexpr auto kSomebodyElse = "nobody";  // of every Debian

Config naming(const std::filesystem::path& measured)
{
    Config config;
    config.measured = measured;
    return config;
}

}  // namespace

TEST_CASE("a file that the service's user cannot read is told, whoever asks")
{
    const TemporaryFolder folder;
    const auto file = folder.write("measured.yaml", "version: 1\n");
    REQUIRE(::chmod(file.c_str(), 0640) == 0);
    const auto found = check_readable(naming(file), kSomebodyElse);
    REQUIRE(found.size() == 1);
    CHECK(found[0].at.key == "measured");
    CHECK(found[0].at.text == file.string() +
                                  " cannot be read by user nobody, as which the service runs; expected mode "
                                  "0640 (root:breakwatch)");
    CHECK(found[0].weight == CheckFinding::Weight::warning);
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    CHECK(check_readable(naming(file), kSomebodyElse).empty());
}

TEST_CASE("what is not there, and a user who is not there, are no matter of who may read")
{
    const TemporaryFolder folder;
    CHECK(check_readable(naming(folder / "none.yaml"), kSomebodyElse).empty());
    CHECK(check_readable(naming({}), kSomebodyElse).empty());
    const auto file = folder.write("measured.yaml", "version: 1\n");
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    CHECK(check_readable(naming(file), "no-such-user").empty());
}

TEST_CASE("a feed's file is looked at with the same eyes")
{
    const TemporaryFolder folder;
    const auto file = folder.write("leases.csv", "");
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    Config config;
    config.kea_leases.emplace_back().path = file;
    const auto found = check_readable(config, kSomebodyElse);
    REQUIRE(found.size() == 1);
    CHECK(found[0].at.key == "kea_leases[0].path");
}
