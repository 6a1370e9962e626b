// The key that the chain is signed with: made once, never replaced unnoticed.
#include "store/chain_key.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

std::string error_of(const TemporaryFolder& folder)
{
    const auto key = ChainKey::open_or_make(folder.path());
    return key ? "" : key.error();
}

}  // namespace

TEST_CASE("a chain key is made once, for its owner alone, with its public part beside it")
{
    const TemporaryFolder folder;
    const auto made = ChainKey::open_or_make(folder.path());
    REQUIRE(made);
    struct stat state{};
    REQUIRE(::stat((folder / "chain.key").c_str(), &state) == 0);
    CHECK((state.st_mode & 0777U) == 0600U);
    const auto again = ChainKey::open_or_make(folder.path());
    REQUIRE(again);
    CHECK(again->public_key() == made->public_key());
    CHECK(chain_public_key(folder.path()).value() == made->public_key());
    CHECK(ChainPublicKey::parse(" " + made->public_key().hex() + "\n") == made->public_key());
}

TEST_CASE("a chain key that is gone, replaced, open to others or cut is refused in words")
{
    const TemporaryFolder folder;
    REQUIRE(ChainKey::open_or_make(folder.path()));
    ::chmod((folder / "chain.key").c_str(), 0640);
    CHECK(error_of(folder).find("may be read by others") != std::string::npos);
    ::chmod((folder / "chain.key").c_str(), 0600);

    std::filesystem::rename(folder / "chain.key", folder / "kept");
    CHECK(error_of(folder).find("is gone, and chain.pub beside it is not") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "chain.key"));

    std::ofstream(folder / "chain.key") << "abc\n";
    ::chmod((folder / "chain.key").c_str(), 0600);
    CHECK(error_of(folder).find("is no key; expected 64 hexadecimal digits") != std::string::npos);

    std::ofstream(folder / "chain.key") << std::string(64, '1') << "\n";
    CHECK(error_of(folder).find("is not the one of chain.pub beside it") != std::string::npos);

    std::filesystem::rename(folder / "kept", folder / "chain.key");
    CHECK(error_of(folder).empty());
    std::ofstream(folder / "chain.pub") << "no key\n";
    CHECK(error_of(folder).find("chain.pub: is no public key") != std::string::npos);
}

TEST_CASE("a key that was made while the power failed is completed at the next start")
{
    const TemporaryFolder folder;
    const auto made = ChainKey::open_or_make(folder.path());
    REQUIRE(made);
    std::filesystem::remove(folder / "chain.pub");
    REQUIRE(ChainKey::open_or_make(folder.path()));
    CHECK(chain_public_key(folder.path()).value() == made->public_key());
}

TEST_CASE("what one key signed no other has, nor of another text")
{
    const auto one = ChainKey::from_material("one");
    const auto other = ChainKey::from_material("other");
    const auto signature = one.sign("text");
    CHECK(one.public_key().has_signed("text", signature));
    CHECK_FALSE(other.public_key().has_signed("text", signature));
    CHECK_FALSE(one.public_key().has_signed("texu", signature));
    CHECK_FALSE(one.public_key().has_signed("text", signature.substr(1)));
    CHECK_FALSE(one.public_key().has_signed("text", ""));
}
