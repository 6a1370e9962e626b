#include <doctest/doctest.h>

#include <string>

#include "feeds/core/text_encoding.hpp"
#include "policy/text.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;
using namespace std::literals;

namespace {

// What became of it: "shift_jis! text" ('!': recognised), or the first error.
std::string decoded(std::string_view octets, Encoding encoding = Encoding::automatic)
{
    const auto text = decode_text("f.csv", octets, encoding);
    if (!text) return to_string(text.error().front());
    return std::string(name(text->encoding)) + (text->recognised ? "! " : " ") + text->text;
}

bool says(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

// ASCII in UTF-16 or UTF-32, which is enough where no other letter is asked about.
std::string wide(std::string_view ascii, std::size_t width, bool big_endian)
{
    std::string octets;
    for (const char c : ascii) {
        std::string unit(width, '\0');
        unit[big_endian ? width - 1 : 0] = c;
        octets += unit;
    }
    return octets;
}

}  // namespace

TEST_CASE("UTF-8 is taken as it is, with or without a mark")
{
    CHECK(decoded("agent_id,site\n1042,osaka\n") == "utf-8 agent_id,site\n1042,osaka\n");
    CHECK(decoded("1042,大阪\r\n") == "utf-8 1042,大阪\r\n");
    CHECK(decoded("\xef\xbb\xbf"
                  "1042,大阪\r\n") == "utf-8 1042,大阪\r\n");
    CHECK(decoded("") == "utf-8 ");
    CHECK(decoded("\xef\xbb\xbf") == "utf-8 ");
}

TEST_CASE("What Excel writes in Japan is recognised as Shift_JIS, with Windows' own characters")
{
    CHECK(decoded("agent_id,site\r\n1042,\x91\xe5\x8d\xe3\x83Z\x83\x93\x83^\x81[\r\n") ==
          "shift_jis! agent_id,site\r\n1042,大阪センター\r\n");
    CHECK(decoded("1042,\x91\xe5\x8d\xe3\n") == "shift_jis! 1042,大阪\n");
    CHECK(decoded("\x8e\x81\x96\xbc,site\n\xee\xe0\x8b\xb4\x87@\x81`,\xed\x95\n", Encoding::shift_jis) ==
          "shift_jis 氏名,site\n髙橋①～,﨑\n");
    CHECK(decoded("\xd4\xbd\xd0\n", Encoding::shift_jis) == "shift_jis ﾔｽﾐ\n");
}

TEST_CASE("EUC-JP is recognised by its kana; kanji alone might be Chinese or Korean")
{
    CHECK(decoded("1042,\xb5\xd9\xb7\xc6,\xa5\xbb\xa5\xf3\xa5\xbf\xa1\xbc\n") == "euc-jp! 1042,休憩,センター\n");
    const auto refused = decoded("id,site\n1042,\xc2\xe7\xba\xe5\n");
    CHECK(says(refused, "f.csv:2: character 6: octet 0xc2 is no UTF-8; the file seems to be euc-jp"));
    CHECK(says(refused, "gb18030"));
    CHECK(says(refused, "set encoding:"));
    CHECK(decoded("1042,\xc2\xe7\xba\xe5\n", Encoding::euc_jp) == "euc-jp 1042,大阪\n");
    CHECK(decoded("\xad\xa1\xf9\xe5\n", Encoding::euc_jp) == "euc-jp ①奛\n");
}

TEST_CASE("ISO-2022-JP is recognised by its escapes, though every octet of it is ASCII")
{
    CHECK(decoded("1042,\x1b$BBg:e%;%s%?!<\x1b(B\n") == "iso-2022-jp! 1042,大阪センター\n");
}

TEST_CASE("UTF-16 is read by its mark, and without one by the zeros of its ASCII")
{
    // Excel's "Unicode Text": little-endian, with a mark and tabs.
    CHECK(decoded("\xff\xfe"s + wide("id\tsite\r\n", 2, false) + "\x27\x59\x2a\x96"s) == "utf-16le id\tsite\r\n大阪");
    CHECK(decoded("\xfe\xff"s + wide("id\n", 2, true) + "\x59\x27"s) == "utf-16be id\n大");
    CHECK(decoded(wide("id,site\r\n", 2, false) + "\x27\x59"s) == "utf-16le! id,site\r\n大");
    CHECK(decoded(wide("id,site\r\n", 2, true) + "\x59\x27"s) == "utf-16be! id,site\r\n大");
    CHECK(decoded("\xff\xfe\0\0"s + wide("id\n", 4, false)) == "utf-32le id\n");
    CHECK(decoded("\0\0\xfe\xff"s + wide("id\n", 4, true)) == "utf-32be id\n");
    CHECK(decoded(wide("id\n", 2, false), Encoding::utf_16) == "utf-16le id\n");
    CHECK(decoded("\xfe\xff"s + wide("id\n", 2, true), Encoding::utf_16) == "utf-16be id\n");
    CHECK(says(decoded("\xff\xfe"s + wide("a\n", 2, false) + "\x00\xd8"s + wide("b\n", 2, false)),
               "f.csv:2: character 1:"));
    CHECK(says(decoded("\xff\xfe"s + wide("a\n", 2, false) + "b"), "f.csv:2: character 1: octet 0x62 is no utf-16le"));
}

TEST_CASE("Western text is recognised where all pages of Windows agree on its letters")
{
    CHECK(decoded("Name;Preis\r\nJ\xf6rg M\xfcller;12,50 \x80\r\n") ==
          "windows-1252! Name;Preis\r\nJörg Müller;12,50 €\r\n");
    CHECK(decoded("Gr\xf6\xdf"
                  "e \x96 \x84"
                  "Fr\xfch\x93\n") == "windows-1252! Größe – „Früh“\n");
    CHECK(decoded("Andr\xe9, l\x92"
                  "accueil\n") == "windows-1252! André, l’accueil\n");
    // A Czech writes the same octet for another letter.
    const auto refused = decoded("Cr\xe8me H\xe9l\xe8ne\n");
    CHECK(says(refused, "f.csv:1: character 3: octet 0xe8 is no UTF-8"));
    CHECK(says(refused, "seems to be windows-1252 or another page of Windows"));
    CHECK(decoded("Cr\xe8me H\xe9l\xe8ne\n", Encoding::windows_1252) == "windows-1252 Crème Hélène\n");
    CHECK(decoded("Dvo\xf8\xe1k\n", Encoding::windows_1250) == "windows-1250 Dvořák\n");
}

TEST_CASE("What could be anything is refused with its row, and read by its word")
{
    struct Sample {
        std::string_view octets;
        Encoding encoding;
        std::string_view text;
    };
    const Sample samples[] = {
        {"\xcc\xee\xf1\xea\xe2\xe0\n", Encoding::windows_1251, "Москва\n"},
        {"\xbf\xcd\xb7\xfe\xd6\xd0\xd0\xc4\xd4\xda\xc9\xcf\xba\xa3\n", Encoding::gb18030, "客服中心在上海\n"},
        {"\xbc\xad\xbf\xef \xb0\xed\xb0\xb4\xbc\xbe\xc5\xcd\n", Encoding::euc_kr, "서울 고객센터\n"},
        {"\xa5x\xa5_\xab\xc8\xaa"
         "A\xa4\xa4\xa4\xdf\n",
         Encoding::big5, "台北客服中心\n"},
        {"J\x9arg\n", Encoding::macintosh, "Jörg\n"},
        {"\xd4\xbd\xd0\n", Encoding::shift_jis, "ﾔｽﾐ\n"},
    };
    for (const auto& sample : samples) {
        CAPTURE(sample.text);
        CHECK(says(decoded(sample.octets), "f.csv:1: character "));
        CHECK(decoded(sample.octets, sample.encoding) ==
              std::string(name(sample.encoding)) + " " + std::string(sample.text));
    }
    CHECK(says(decoded("id\n\x91\xe5\n", Encoding::utf_8), "f.csv:2: character 1: octet 0x91 is no utf-8"));
    CHECK(
        says(decoded("id\nMu\x81\x20ller\n", Encoding::shift_jis), "f.csv:2: character 3: octet 0x81 is no shift_jis"));
}

TEST_CASE("A NUL is no text; controls become spaces and marks that nobody sees are gone")
{
    CHECK(says(decoded("id,site\n1042,a\0b\n"sv), "f.csv:2: character 7: holds a NUL"));
    CHECK(decoded("a\x1b[2Jb\tc\r\n\x7f\n") == "utf-8 a [2Jb\tc\r\n \n");
    CHECK(decoded("id\n1042\n\x1a") == "utf-8 id\n1042\n");
    CHECK(decoded("a\u202eb\u2066c\ufeffd\u200be\n") == "utf-8 abcde\n");
    CHECK(decoded("a\u0085b\ufdd0\n") == "utf-8 a b\ufffd\n");
}

TEST_CASE("Overlong forms, surrogates and what is above U+10FFFF are no UTF-8")
{
    for (const auto octets :
         {"\xc0\xaf"sv, "\xe0\x80\xaf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xf8\x88\x80\x80\x80"sv}) {
        CHECK(says(decoded("id\n" + std::string(octets) + "\n"), "f.csv:2: character 1:"));
    }
}

TEST_CASE("Accents are composed, so that a name from a Macintosh is the same name")
{
    CHECK(decoded("Mu\u0308ller, \u30cf\u3099\n") == "utf-8 Müller, バ\n");
}

TEST_CASE("A mark says more than the configuration, but for another family")
{
    CHECK(decoded("\xef\xbb\xbf"
                  "大阪\n",
                  Encoding::shift_jis) == "utf-8 大阪\n");
    CHECK(decoded("\xff\xfe"
                  "1\n",
                  Encoding::windows_1252) == "windows-1252 ÿþ1\n");
}

TEST_CASE("A recognised encoding is told, one that was configured is not")
{
    const test::TemporaryFolder folder;
    const auto file = folder.write("r.csv", "1042,\x91\xe5\x8d\xe3\n");
    const auto guessed = read_text_file(file);
    REQUIRE(guessed);
    const auto told = told_encoding(*guessed, "r.csv");
    REQUIRE(told);
    CHECK(to_string(*told) == "r.csv: read as shift_jis; set encoding: shift_jis to be sure");
    const auto configured = read_text_file(file, Encoding::shift_jis);
    REQUIRE(configured);
    CHECK(!told_encoding(*configured, "r.csv"));
    CHECK(!read_text_file(folder / "none.csv"));
}

TEST_CASE("Every word of an encoding is known, in any case, and names itself")
{
    CHECK(parse_encoding("Shift_JIS") == Encoding::shift_jis);
    CHECK(parse_encoding("CP932") == Encoding::shift_jis);
    CHECK(parse_encoding("Latin-1") == Encoding::windows_1252);
    CHECK(!parse_encoding("ebcdic"));
    for (const auto encoding :
         {Encoding::automatic, Encoding::utf_8, Encoding::utf_16, Encoding::euc_kr, Encoding::macintosh}) {
        CHECK(parse_encoding(name(encoding)) == encoding);
        CHECK(says(encoding_words(), name(encoding)));
    }
}
