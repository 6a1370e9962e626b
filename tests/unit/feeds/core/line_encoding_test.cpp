#include <doctest/doctest.h>

#include "feeds/core/line_encoding.hpp"
#include "policy/text.hpp"

using namespace breakwatch;

TEST_CASE("a line of a machine is UTF-8 afterwards, whatever it was, and one that was none is told")
{
    LineEncoding lines;
    CHECK(lines.decode("a|b|c").text == "a|b|c");
    CHECK(lines.decode("a|大阪").note.empty());
    const auto broken = lines.decode("a|\xff\xfe|b");
    CHECK(broken.text == "a|\ufffd\ufffd|b");
    CHECK(broken.note == "not utf-8; what cannot be read is replaced");
    const auto read = lines.decode("a|\x91\xe5\x8d\xe3\x83|\x81[\x83g|b");
    CHECK(read.text == "a|大阪ポート|b");
    CHECK(read.note == "not UTF-8, read as shift_jis; set encoding: shift_jis to be sure");
}

TEST_CASE("what was recognised once is tried on lines that could be anything")
{
    LineEncoding lines;
    CHECK(lines.decode("\xd4\xbd\xd0").text != "ﾔｽﾐ");
    CHECK(lines.decode("\x91\xe5\x8d\xe3").text == "大阪");
    CHECK(lines.decode("\xd4\xbd\xd0").text == "ﾔｽﾐ");
}

TEST_CASE("a configured encoding is not told, and what is not in it is replaced")
{
    LineEncoding lines(Encoding::windows_1252);
    CHECK(lines.decode("St\xf6rung \xe8").text == "Störung è");
    CHECK(lines.decode("St\xf6rung").note.empty());
    LineEncoding japanese(Encoding::shift_jis);
    CHECK(japanese.decode("\xfd\xfd").text == "\ufffd\ufffd");
    CHECK(japanese.decode("\xfd\xfd").note.starts_with("not shift_jis"));
}
