// A signed head as a word, found again in whatever a SIEM makes of it.
#include "store/chain_head.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace breakwatch;

namespace {

SignedHead head_of(std::uint64_t sequence)
{
    return sign({sequence, std::string(kHashOctets, static_cast<char>(sequence))}, ChainKey::from_material("a key"));
}

std::vector<SignedHead> found_in(const std::string& text, std::size_t piece)
{
    HeadFinder finder;
    std::vector<SignedHead> all;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        finder.add(std::string_view(text).substr(at, piece));
        while (auto head = finder.next(false)) all.push_back(*head);
    }
    while (auto head = finder.next(true)) all.push_back(*head);
    return all;
}

}  // namespace

TEST_CASE("heads are found in syslog, JSON, CSV and CEF alike, however the text comes in pieces")
{
    const auto text = "<132>1 2026-11-23T17:00:24Z bw01 breakwatch 9 POSTLIKE [breakwatch@1 seq=\"7\" head=\"" +
                      to_word(head_of(7)) + "\"] a:b:c\n{\"seq\":8,\"head\":\"" + to_word(head_of(8)) +
                      "\"}\n\"9\",\"x\"," + to_word(head_of(9)) + ",\"y\"\nCEF:0|a|b|bwHead=" + to_word(head_of(10)) +
                      " bwPrev=9\n" + to_word(head_of(11));
    const std::vector<SignedHead> wanted{head_of(7), head_of(8), head_of(9), head_of(10), head_of(11)};
    for (const std::size_t piece : {1U, 2U, 63U, 64U, 65U, 170U, 10'000U}) CHECK(found_in(text, piece) == wanted);
}

TEST_CASE("what is cut, longer or of other characters is no head")
{
    const auto word = to_word(head_of(7));
    CHECK(found_in(word, 7) == std::vector{head_of(7)});
    for (std::size_t left = 0; left < word.size(); ++left) CHECK(found_in(word.substr(0, left), 50).empty());
    CHECK(found_in(word + "A", 50).empty());
    CHECK(found_in(word.substr(1), 50).empty());
    CHECK(found_in("0" + word.substr(1), 50).empty());
    auto upper = word;
    upper[3] = 'G';
    CHECK(found_in(upper, 50).empty());
}

TEST_CASE("a head's signature is of its number and its hash")
{
    const auto key = ChainKey::from_material("a key").public_key();
    auto head = head_of(7);
    CHECK(is_signed_by(head, key));
    head.head.sequence = 8;
    CHECK_FALSE(is_signed_by(head, key));
    head = head_of(7);
    head.head.hash[31] ^= 1;
    CHECK_FALSE(is_signed_by(head, key));
    CHECK(signed_text({7, std::string(kHashOctets, '\x0f')}).starts_with("breakwatch-head:1:7:0f0f"));
}
