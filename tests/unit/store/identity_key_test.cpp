// The key behind pseudonyms: made once, the daemon's alone, never replaced in silence.
#include "store/identity_key.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/temporary_folder.hpp"

using namespace breakwatch;
using test::TemporaryFolder;

TEST_CASE("a key is made at the first start, readable by its owner alone, and the same afterwards")
{
    const TemporaryFolder folder;
    const auto file = folder / "identity.key";
    const auto made = IdentityKey::open_or_make(file);
    REQUIRE(made);
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    const auto again = IdentityKey::open_or_make(file);
    REQUIRE(again);
    const StaffId staff{"s1001"};
    CHECK(made->pseudonym(staff) == again->pseudonym(staff));
    CHECK(again->unseal(made->seal(staff)) == staff);
    CHECK_FALSE(std::filesystem::exists(folder / "identity.key.new"));
}

TEST_CASE("a key that others may read is refused")
{
    const TemporaryFolder folder;
    const auto file = folder / "identity.key";
    REQUIRE(IdentityKey::open_or_make(file));
    for (const auto mode : {0604, 0640, 0660, 0622}) {
        REQUIRE(::chmod(file.c_str(), static_cast<mode_t>(mode)) == 0);
        const auto key = IdentityKey::open_or_make(file);
        REQUIRE_FALSE(key);
        CHECK(key.error().find("may be read by others; expected mode 0600") != std::string::npos);
    }
    REQUIRE(::chmod(file.c_str(), 0400) == 0);
    CHECK(IdentityKey::open_or_make(file));
}

TEST_CASE("a file that is no key is refused and left as it was")
{
    const TemporaryFolder folder;
    for (const auto& content :
         {std::string(), std::string("not a key\n"), std::string(63, 'a'), std::string(64, 'g')}) {
        const auto file = folder.write("identity.key", content);
        REQUIRE(::chmod(file.c_str(), 0600) == 0);
        const auto key = IdentityKey::open_or_make(file);
        REQUIRE_FALSE(key);
        CHECK(key.error().find("is no key") != std::string::npos);
        CHECK(folder.read("identity.key") == content);
    }
}

TEST_CASE("another key gives other pseudonyms and opens nothing; changed bytes open nothing")
{
    const auto one = IdentityKey::from_material("one");
    const auto two = IdentityKey::from_material("two");
    const StaffId staff{"s1001"};
    CHECK(one.pseudonym(staff).value.size() == 14);
    CHECK(one.pseudonym(staff) == IdentityKey::from_material("one").pseudonym(staff));
    CHECK(one.pseudonym(staff) != two.pseudonym(staff));
    CHECK(one.pseudonym(staff) != one.pseudonym(StaffId{"s1002"}));

    auto sealed = one.seal(staff);
    CHECK(sealed != one.seal(staff));
    CHECK(one.unseal(sealed) == staff);
    CHECK_FALSE(two.unseal(sealed));
    for (auto& octet : sealed) {
        octet = static_cast<char>(octet ^ 1);
        CHECK_FALSE(one.unseal(sealed));
        octet = static_cast<char>(octet ^ 1);
    }
    CHECK_FALSE(one.unseal(""));
    CHECK_FALSE(one.unseal(sealed.substr(0, sealed.size() - 1)));
}
