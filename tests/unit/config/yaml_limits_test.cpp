// YAML that is no honest configuration: what it could make a reader do, and that it is told instead.
#include <doctest/doctest.h>

#include <string>

#include "config/yaml_reader.hpp"

using namespace breakwatch;

namespace {

// Where, and what is wrong; "" for nothing.
std::string errors_of(const std::string& text)
{
    const auto file = YamlFile::parse("t.yaml", text);
    std::string all;
    for (const auto& error : file.sorted_errors()) all += to_string(error) + "\n";
    return all;
}

}  // namespace

TEST_CASE("an alias inside its own anchor is refused, not followed for ever")
{
    CHECK(errors_of("a: &a [1, *a]\n").find("nested") != std::string::npos);
    CHECK(errors_of("&a\nb: *a\n").find("nested") != std::string::npos);
}

TEST_CASE("aliases of aliases that stand for millions of values are refused")
{
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 9; ++j) text += before + ", ";
        text += before + "]\n";
    }
    CHECK(errors_of(text).find("too many values") != std::string::npos);
}

TEST_CASE("nesting without end is refused")
{
    CHECK(errors_of(std::string(100, '[') + std::string(100, ']')).find("nested") != std::string::npos);
    CHECK_FALSE(errors_of(std::string(100'000, '[')).empty());
    CHECK(errors_of("a: {b: {c: {d: [e, {f: g}]}}}\n").empty());
    CHECK(errors_of("a: &a [1]\nb: [*a, *a]\n").empty());
}

TEST_CASE("a number that is none is not within its limits")
{
    auto file = YamlFile::parse("t.yaml", "share: nan\nother: 0.5\n");
    double share = 0.25;
    double other = 0;
    {
        YamlMap map(file, file.root, "");
        map.real("share", share, 0, 1);
        map.real("other", other, 0, 1);
    }
    CHECK(share == 0.25);
    CHECK(other == 0.5);
    REQUIRE(file.errors.size() == 1);
    CHECK(file.errors[0].key == "share");
}

TEST_CASE("what is no UTF-8 is refused with its place and what it seems to be")
{
    CHECK(errors_of("site:\n  name: \x91\xe5\x8d\xe3\n") ==
          "t.yaml:2:9: is no UTF-8, it seems to be shift_jis; save the file as UTF-8\n");
    CHECK(errors_of("site:\n  name: M\xfcnchen\n") ==
          "t.yaml:2:10: is no UTF-8, it seems to be windows-1252; save the file as UTF-8\n");
    CHECK(errors_of(std::string("\xff\xfe"
                                "a\0:\0 \0b\0\n\0",
                                12)) == "t.yaml:1:1: is in utf-16le; save the file as UTF-8\n");
    CHECK(errors_of("name: \x1b$BBg:e\x1b(B\n") == "t.yaml:1:1: is in iso-2022-jp; save the file as UTF-8\n");
    CHECK(errors_of("\xef\xbb\xbfname: 大阪\n").empty());
}
