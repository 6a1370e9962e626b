#include "store/run_mark.hpp"

#include <doctest/doctest.h>

#include "store/file_digest.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;

TEST_CASE("a run that did not end is known to the next one, a run that did is not")
{
    const test::TemporaryFolder folder;
    const auto key = std::make_shared<const IdentityKey>(IdentityKey::from_material("test"));
    REQUIRE(open_store(folder.path(), {"siem"}, key));
    const auto at = [](int seconds) { return Timestamp{std::chrono::seconds{1'800'000'000 + seconds}}; };

    CHECK(begin_run(folder.path(), at(0)).value() == std::nullopt);
    CHECK(begin_run(folder.path(), at(10)).value() == at(0));
    REQUIRE(end_run(folder.path()));
    CHECK(begin_run(folder.path(), at(20)).value() == std::nullopt);
}

TEST_CASE("a file's digest is the one of sha256sum")
{
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
