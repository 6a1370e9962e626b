#include "report/plain_text.hpp"

#include <doctest/doctest.h>

#include "report/markup.hpp"

using namespace breakwatch;

TEST_CASE("a terminal obeys nothing that a feed said")
{
    CHECK(printable("a\x1b[2Jb\r\nc") == "a [2Jb  c");
    CHECK(printable("\xe2\x80\xaegnp.exe") == "\xef\xbf\xbdgnp.exe");
    CHECK(printable("\xc3(") == "\xef\xbf\xbd(");
    CHECK(printable("\xc2\x9b"
                    "31m") == " 31m");
    CHECK(printable("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(printable("請求 ✓ ü") == "請求 ✓ ü");
}

TEST_CASE("columns stand straight under Japanese text")
{
    CHECK(columns("請求") == 4);
    CHECK(columns("u\xcc\x88") == 1);
    TextTable table({"QUEUE", "CALLS"});
    table.add({"請求", "1"});
    table.add({"orders", "2"});
    CHECK(table.render() == "QUEUE   CALLS\n請求    1\norders  2\n");
}

TEST_CASE("a text that is too long is cut between characters, and shows it")
{
    CHECK(shortened("請求請求", 6) == "請求…");
    CHECK(columns(shortened("請求請求", 6)) <= 6);
    CHECK(shortened("short", 5) == "short");
}

TEST_CASE("a paragraph keeps to its width and its margin")
{
    CHECK(paragraph("one two three", 4, "-", 12) == "  - one two\n    three\n");
    CHECK(paragraph("unbreakably-long-word", 2, "", 8) == "  unbreakably-long-word\n");
    CHECK(paragraph("", 2, "", 8) == "  \n");
}

TEST_CASE("no text ends an element or an attribute")
{
    CHECK(escaped("<a b='c' d=\"e\">&") == "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;");
    CHECK(escaped(std::string_view("\0\x0b\xff", 3)) == "  \xef\xbf\xbd");
}
