#include "config/recognise_encoding.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace breakwatch {

namespace {

using Octet = unsigned char;

bool within(Octet c, unsigned least, unsigned most)
{
    return c >= least && c <= most;
}
bool is_letter(Octet c)
{
    return within(c, 'a', 'z') || within(c, 'A', 'Z');
}

// How an encoding of two octets a character reads the text.
struct Reading {
    bool broken = false;
    std::size_t usual = 0;  // characters that ordinary text is made of
    std::size_t rare = 0;
    std::size_t script = 0;  // of the usual ones: those no other language has (kana, hangul)
    std::size_t lone = 0;    // single ones between ASCII letters, as in "Mueller" with an umlaut

    std::size_t all() const { return usual + rare; }
    bool mostly_usual(std::size_t of_ten) const { return !broken && usual > 0 && usual * 10 >= all() * of_ten; }
};

enum class Pair { broken, usual, rare, script };

template <typename Judge>
Reading read_pairs(std::string_view octets, Judge judge)
{
    Reading reading;
    for (std::size_t at = 0; at < octets.size();) {
        if (static_cast<Octet>(octets[at]) < 0x80) {
            ++at;
            continue;
        }
        const auto run = at;
        std::size_t characters = 0;
        while (at < octets.size() && static_cast<Octet>(octets[at]) >= 0x80) {
            const auto first = static_cast<Octet>(octets[at]);
            const auto second = at + 1 < octets.size() ? static_cast<Octet>(octets[at + 1]) : Octet{0};
            std::size_t size = 2;
            const auto pair = judge(first, second, size);
            if (pair == Pair::broken) reading.broken = true;
            if (pair == Pair::usual || pair == Pair::script) ++reading.usual;
            if (pair == Pair::rare) ++reading.rare;
            if (pair == Pair::script) ++reading.script;
            ++characters;
            at += size;
        }
        const bool before = run > 0 && is_letter(static_cast<Octet>(octets[run - 1]));
        const bool after = at < octets.size() && is_letter(static_cast<Octet>(octets[at]));
        if (characters == 1 && (before || after)) ++reading.lone;
    }
    return reading;
}

// JIS X 0208 by rows of its lead octet (JIS X 0208:1997 appendix 1); Windows' extensions and half-width kana are rare.
Reading read_shift_jis(std::string_view octets)
{
    return read_pairs(octets, [](Octet first, Octet second, std::size_t& size) {
        if (within(first, 0xa1, 0xdf)) {
            size = 1;
            return Pair::rare;
        }
        const bool lead = within(first, 0x81, 0x9f) || within(first, 0xe0, 0xfc);
        const bool trail = within(second, 0x40, 0x7e) || within(second, 0x80, 0xfc);
        if (!lead || !trail) return Pair::broken;
        if ((first == 0x82 && second >= 0x9f) || first == 0x83) return Pair::script;
        const bool signs = first == 0x81 || first == 0x82 || first == 0x87;
        return signs || within(first, 0x88, 0x98) ? Pair::usual : Pair::rare;
    });
}

Reading read_euc_jp(std::string_view octets)
{
    return read_pairs(octets, [&](Octet first, Octet second, std::size_t& size) {
        if (first == 0x8f) {
            size = 3;
            return Pair::rare;
        }
        if (first == 0x8e) return within(second, 0xa1, 0xdf) ? Pair::rare : Pair::broken;
        if (!within(first, 0xa1, 0xfe) || !within(second, 0xa1, 0xfe)) return Pair::broken;
        if (first == 0xa4 || first == 0xa5) return Pair::script;
        return first == 0xa1 || first == 0xa3 || within(first, 0xb0, 0xcf) ? Pair::usual : Pair::rare;
    });
}

// GB 2312 is what text uses; the rest of GBK is rare.
Reading read_gb18030(std::string_view octets)
{
    return read_pairs(octets, [](Octet first, Octet second, std::size_t& size) {
        if (within(second, 0x30, 0x39)) {
            size = 4;
            return within(first, 0x81, 0xfe) ? Pair::rare : Pair::broken;
        }
        if (!within(first, 0x81, 0xfe) || !within(second, 0x40, 0xfe) || second == 0x7f) return Pair::broken;
        const bool text = second >= 0xa1 && (within(first, 0xb0, 0xd7) || first == 0xa1 || first == 0xa3);
        return text ? Pair::usual : Pair::rare;
    });
}

Reading read_big5(std::string_view octets)
{
    return read_pairs(octets, [](Octet first, Octet second, std::size_t&) {
        const bool trail = within(second, 0x40, 0x7e) || within(second, 0xa1, 0xfe);
        if (!within(first, 0x81, 0xfe) || !trail) return Pair::broken;
        return within(first, 0xa4, 0xc6) || first == 0xa1 ? Pair::usual : Pair::rare;
    });
}

Reading read_euc_kr(std::string_view octets)
{
    return read_pairs(octets, [](Octet first, Octet second, std::size_t&) {
        if (!within(first, 0x81, 0xfd) || second < 0x41) return Pair::broken;
        if (second >= 0xa1 && within(first, 0xb0, 0xc8)) return Pair::script;
        return second >= 0xa1 && (first == 0xa1 || first == 0xa3) ? Pair::usual : Pair::rare;
    });
}

// Windows' western code page, by what each octet is in it.
enum class Western { letter, shared_letter, sign, none };

Western western(Octet c)
{
    // Letters that the central European and Turkish pages have in the same place: what is read is right in any of them.
    constexpr std::string_view kShared =
        "\xc1\xc2\xc4\xc7\xc9\xcb\xcd\xce\xd3\xd4\xd6\xda\xdc\xdf\xe1\xe2\xe4\xe7\xe9\xeb\xed\xee\xf3\xf4\xf6\xfa\xfc";
    // Euro, ellipsis, quotes, dashes, no-break space, section, degree and the like.
    constexpr std::string_view kSigns =
        "\x80\x82\x84\x85\x91\x92\x93\x94\x96\x97\x99\xa0\xa7\xa9\xab\xad\xae\xb0\xb4\xb5\xb7\xbb";
    if (kShared.find(static_cast<char>(c)) != std::string_view::npos) return Western::shared_letter;
    if (kSigns.find(static_cast<char>(c)) != std::string_view::npos) return Western::sign;
    if (c >= 0xc0 && c != 0xd7 && c != 0xf7) return Western::letter;
    return Western::none;
}

struct WesternReading {
    bool sense = true;    // letters beside letters, signs not within a word
    bool certain = true;  // and none that other pages of Windows read otherwise
};

WesternReading read_western(std::string_view octets)
{
    WesternReading reading;
    for (std::size_t at = 0; at < octets.size();) {
        const auto from = at;
        bool letters = false;
        bool signs = false;
        for (; at < octets.size() && static_cast<Octet>(octets[at]) >= 0x80; ++at) {
            const auto kind = western(static_cast<Octet>(octets[at]));
            if (kind == Western::none) reading.sense = false;
            if (kind == Western::letter) reading.certain = false;
            (kind == Western::sign ? signs : letters) = true;
        }
        if (at == from) {
            ++at;
            continue;
        }
        const bool before = from > 0 && is_letter(static_cast<Octet>(octets[from - 1]));
        const bool after = at < octets.size() && is_letter(static_cast<Octet>(octets[at]));
        const bool apostrophe = at - from == 1 && octets[from] == '\x92';
        if (letters && !before && !after) reading.sense = false;
        if (signs && !letters && before && after && !apostrophe) reading.sense = false;
        if (at - from > 2) reading.sense = false;
    }
    return reading;
}

std::string list(const std::vector<std::string_view>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace

std::optional<Encoding> marked_encoding(std::string_view octets)
{
    using namespace std::string_view_literals;
    if (octets.starts_with("\xef\xbb\xbf"sv)) return Encoding::utf_8;
    if (octets.starts_with("\xff\xfe\x00\x00"sv)) return Encoding::utf_32le;
    if (octets.starts_with("\x00\x00\xfe\xff"sv)) return Encoding::utf_32be;
    if (octets.starts_with("\xff\xfe"sv)) return Encoding::utf_16le;
    if (octets.starts_with("\xfe\xff"sv)) return Encoding::utf_16be;
    if (octets.starts_with("\x84\x31\x95\x33"sv)) return Encoding::gb18030;
    return std::nullopt;
}

std::optional<Encoding> signed_encoding(std::string_view octets)
{
    std::array<std::size_t, 2> nuls{};
    for (std::size_t at = 0; at < octets.size(); ++at) nuls[at % 2] += octets[at] == '\0' ? 1U : 0U;
    // A quarter of the units is ASCII: the digits, commas and line ends that any table has.
    const auto least = octets.size() / 8 + 1;
    if (octets.size() % 2 == 0 && nuls[1] >= least && nuls[0] == 0) return Encoding::utf_16le;
    if (octets.size() % 2 == 0 && nuls[0] >= least && nuls[1] == 0) return Encoding::utf_16be;
    const bool seven_bits = std::ranges::all_of(octets, [](char c) { return static_cast<Octet>(c) < 0x80; });
    const bool escapes = octets.contains("\x1b$B") || octets.contains("\x1b$@") || octets.contains("\x1b(I");
    if (seven_bits && escapes) return Encoding::iso_2022_jp;
    return std::nullopt;
}

Recognition recognise_encoding(std::string_view octets)
{
    const auto japanese = read_shift_jis(octets);
    const auto unix_japanese = read_euc_jp(octets);
    const auto chinese = read_gb18030(octets);
    const auto taiwanese = read_big5(octets);
    const auto korean = read_euc_kr(octets);
    const auto west = read_western(octets);

    const bool sjis = japanese.mostly_usual(6) && japanese.lone * 2 <= japanese.all();
    const bool euc_jp = unix_japanese.mostly_usual(8);
    // Kana are in no other language's text, hangul in no other than Korean: one of them in ten tells.
    const bool kana = euc_jp && unix_japanese.script * 10 >= unix_japanese.all();
    const bool gb = chinese.mostly_usual(8) && !kana;
    const bool big5 = taiwanese.mostly_usual(8) && !kana;
    const bool euc_kr = korean.mostly_usual(8) && !kana;

    std::vector<Encoding> readings;
    if (sjis) readings.push_back(Encoding::shift_jis);
    if (euc_jp) readings.push_back(Encoding::euc_jp);
    if (west.sense) readings.push_back(Encoding::windows_1252);
    if (gb) readings.push_back(Encoding::gb18030);
    if (euc_kr) readings.push_back(Encoding::euc_kr);
    if (big5) readings.push_back(Encoding::big5);

    Recognition recognition;
    std::vector<std::string_view> words;
    for (const auto each : readings) words.push_back(name(each));
    if (west.sense && !west.certain) words.push_back("another page of Windows");
    recognition.seems = list(words);
    if (readings.size() != 1) return recognition;
    const bool taken = sjis || kana || (west.sense && west.certain);
    if (taken) recognition.certain = readings.front();
    return recognition;
}

}  // namespace breakwatch
