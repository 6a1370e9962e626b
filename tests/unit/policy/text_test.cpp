#include <doctest/doctest.h>

#include "policy/text.hpp"

using namespace breakwatch;

TEST_CASE("A text is valid UTF-8 on one line, whatever it is made of")
{
    CHECK(Text("osaka").str() == "osaka");
    CHECK(Text("大阪 É").str() == "大阪 É");
    CHECK(Text("St\xf6rung").str() == "St\ufffdrung");
    CHECK(Text("\x91\xe5\x8d\xe3").str() == "\ufffd\ufffd\ufffd");
    CHECK(Text("cut \xe5\xa4").str() == "cut \ufffd");
    CHECK(Text("\xe5\xa4"
               "A")
              .str() ==
          "\ufffd"
          "A");
    CHECK(Text("\xc0\xaf\xed\xa0\x80\xf4\x90").str() == "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
    CHECK(Text("a\nb\tc\x7f\u0085").str() == "a b c  ");
    CHECK(Text("a\u202egnp.exe\ufeff\u200b").str() == "agnp.exe");
    CHECK(Text("\uffff\ufdd0\U0010fffe").str() == "\ufffd\ufffd\ufffd");
    CHECK(Text("\U0001f600").str() == "\U0001f600");
}

TEST_CASE("The first octet that is no UTF-8 is found")
{
    CHECK(!first_broken("大阪"));
    CHECK(first_broken("大\xe5\xa4") == 3);
    CHECK(first_broken("\x80") == 0);
}

TEST_CASE("A text is cut at characters")
{
    CHECK(cut_text("大阪", 6) == "大阪");
    CHECK(cut_text("大阪", 5) == "大");
    CHECK(cut_text("大阪", 2) == "");
    CHECK(cut_text("abc", 2) == "ab");
    CHECK(cut_text("a\x80\x80\x80\x80\x80", 5) == "a\x80\x80\x80\x80");
}

TEST_CASE("what tells things apart is written out instead of replaced, so that two stay two")
{
    CHECK(escaped_text("anna 大阪") == "anna 大阪");
    CHECK(escaped_text("a\x91") == "a\\x91");
    CHECK(escaped_text("a\x92") == "a\\x92");
    CHECK(escaped_text("a\u202eb\n") == "a\\xe2\\x80\\xaeb\\x0a");
}
