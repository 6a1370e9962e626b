#include "feeds/core/appended_lines.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "unit/feeds/recorded_feeds.hpp"

namespace breakwatch {
namespace {

using namespace test;

struct Follower {
    ScratchFolder folder;
    std::string path = folder.file("queue_log");
    AppendedLines lines{path, 1'000};
    std::vector<std::string> taken;
    std::size_t too_long = 0;
    std::size_t half_lines = 0;

    void append(const std::string& text) const { std::ofstream(path, std::ios::binary | std::ios::app) << text; }
    void look()
    {
        AppendedLines::Look seen;
        do {
            seen = lines.look(1'000'000, [this](const AppendedLines::Line& line) {
                if (line.too_long) {
                    ++too_long;
                } else {
                    taken.emplace_back(line.text);
                }
            });
            if (seen.half_line) ++half_lines;
        } while (seen.more || seen.rotated);
    }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a line is taken once it is whole, whatever pieces it came in")
{
    Follower file;
    file.look();
    file.append("one\ntw");
    file.look();
    CHECK(file.taken == Lines{"one"});
    file.append("o\n");
    file.look();
    CHECK(file.taken == Lines{"one", "two"});
}

TEST_CASE("a renamed file is followed until its writer has opened the new one")
{
    Follower file;
    file.append("one\n");
    file.look();
    std::filesystem::rename(file.path, file.path + ".1");
    SUBCASE("which the rotation made empty")
    {
        file.append("");
    }
    SUBCASE("which the writer makes") {}
    file.look();
    std::ofstream(file.path + ".1", std::ios::app) << "two\n";
    file.look();
    file.append("three\n");
    file.look();
    CHECK(file.taken == Lines{"one", "two", "three"});
    CHECK(file.half_lines == 0);
}

TEST_CASE("what was written before the file was compressed and removed is taken all the same")
{
    Follower file;
    file.append("one\n");
    file.look();
    file.append("two\n");
    std::filesystem::rename(file.path, file.path + ".1");
    std::filesystem::remove(file.path + ".1");
    file.append("three\n");
    file.look();
    CHECK(file.taken == Lines{"one", "two", "three"});
}

TEST_CASE("a truncated file is read from its beginning, however long it has become since")
{
    Follower file;
    file.append("1795453033|one\n");
    file.look();
    std::filesystem::resize_file(file.path, 0);
    SUBCASE("shorter")
    {
        file.append("1795453040|2\n");
    }
    SUBCASE("as long")
    {
        file.append("1795453040|two\n");
    }
    SUBCASE("longer")
    {
        file.append("1795453040|two\n1795453041|three\n");
    }
    file.look();
    file.append("1795453050|last\n");
    file.look();
    CHECK(file.taken.front() == "1795453033|one");
    CHECK(file.taken[1].starts_with("1795453040|"));
    CHECK(file.taken.back() == "1795453050|last");
    CHECK(file.half_lines == 0);
}

TEST_CASE("half a line at the end of what is gone is told, and not taken for a line")
{
    Follower file;
    file.append("one\ntwo, cut off her");
    file.look();
    SUBCASE("rotated")
    {
        std::filesystem::rename(file.path, file.path + ".1");
        file.append("three\n");
    }
    SUBCASE("truncated")
    {
        std::filesystem::resize_file(file.path, 0);
        file.append("three\n");
    }
    file.look();
    CHECK(file.taken == Lines{"one", "three"});
    CHECK(file.half_lines == 1);
}

TEST_CASE("a line of ten megabytes is told by its beginning, and those about it are taken")
{
    Follower file;
    file.append("one\n" + std::string(10'000'000, 'x') + "\ntwo\n");
    file.look();
    CHECK(file.taken == Lines{"one", "two"});
    CHECK(file.too_long == 1);
}

}  // namespace breakwatch
