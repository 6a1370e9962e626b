#include "feeds/core/json_texts.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace breakwatch {
namespace {

struct Seen {
    std::vector<std::string> good;
    std::vector<std::uint64_t> bad;  // by line

    JsonTexts::Take take()
    {
        return [this](const JsonTexts::Text& text) {
            if (text.value == nullptr) return bad.push_back(text.line);
            good.push_back(boost::json::serialize(*text.value));
        };
    }
};

// The same, cut into pieces of every size.
Seen read(const std::string& bytes, std::size_t longest = 4'096)
{
    Seen whole;
    JsonTexts texts(longest);
    texts.feed(bytes, whole.take());
    texts.finish(whole.take());
    for (const std::size_t size : {1UL, 2UL, 3UL, 7UL}) {
        CAPTURE(size);
        Seen cut;
        JsonTexts again(longest);
        for (std::size_t at = 0; at < bytes.size(); at += size)
            again.feed(std::string_view(bytes).substr(at, size), cut.take());
        again.finish(cut.take());
        CHECK(cut.good == whole.good);
        CHECK(cut.bad == whole.bad);
    }
    return whole;
}

using Texts = std::vector<std::string>;
using Lines = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("values come a line each, several on a line, without any line end, and over many lines")
{
    CHECK(read("{\"a\":1}\n{\"a\":2}\r\n\n[3]\n").good == Texts{"{\"a\":1}", "{\"a\":2}", "[3]"});
    CHECK(read("{\"a\":1}{\"a\":2}{\"a\":\"}{\"}").good == Texts{"{\"a\":1}", "{\"a\":2}", "{\"a\":\"}{\"}"});
    CHECK(read("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\n\"c\":[\n{\"d\":2},\n{\"d\":3}\n]\n}\n").good ==
          Texts{"{\"a\":{\"b\":1}}", "{\"c\":[{\"d\":2},{\"d\":3}]}"});
    CHECK(read("\xEF\xBB\xBF{\"a\":1},\n\x1e{\"a\":2}\n").good == Texts{"{\"a\":1}", "{\"a\":2}"});
}

TEST_CASE("what is no JSON is refused by its line, and what follows is whole")
{
    const auto garbage = read("hello {\n{\"a\":1}\n4711\n{\"a\":2}\n");
    CHECK(garbage.good == Texts{"{\"a\":1}", "{\"a\":2}"});
    CHECK(garbage.bad == Lines{1, 3});
    const auto half = read("{\"a\":1,\"b\":\"x\n{\"a\":2}\n{\"a\":\n{\"a\":3}\n{\"a\":4}\n");
    CHECK(half.good == Texts{"{\"a\":2}", "{\"a\":3}", "{\"a\":4}"});
    CHECK(half.bad == Lines{1, 3});
    const auto pretty = read("{\n  \"a\": 1\n  \"b\": {\n    \"c\": 2\n  }\n}\n{\"a\":2}\n");
    CHECK(pretty.good == Texts{"{\"a\":2}"});
    CHECK(pretty.bad == Lines{1});
    const auto concatenated = read("{\"a\":1}{\"a\":tru}{\"a\":3}");
    CHECK(concatenated.good == Texts{"{\"a\":1}", "{\"a\":3}"});
    CHECK(concatenated.bad == Lines{1});
}

TEST_CASE("a value without its end is refused at the end of the stream, its lines in turn")
{
    const auto cut = read("{\"a\":1}\n{\"a\":");
    CHECK(cut.good == Texts{"{\"a\":1}"});
    CHECK(cut.bad == Lines{2});
    const auto lines = read("[\n{\"a\":1}\n");
    CHECK(lines.good == Texts{"{\"a\":1}"});
    CHECK(lines.bad == Lines{1});
}

TEST_CASE("too long and too deep values are refused, and what follows is whole")
{
    const auto longer = read("{\"a\":\"" + std::string(200, 'x') + "\"}\n{\"a\":2}\n", 100);
    CHECK(longer.good == Texts{"{\"a\":2}"});
    CHECK(longer.bad == Lines{1});
    const auto deep = read(std::string(100, '[') + "\n{\"a\":2}\n");
    CHECK(deep.good == Texts{"{\"a\":2}"});
    CHECK(deep.bad == Lines{1});
}

TEST_CASE("where the octets were cut makes no difference to what is refused")
{
    const std::string_view alphabet = "{}[]\",:\n\n \xf4\xbf\\1x";
    std::mt19937 random(7);
    for (int round = 0; round < 4'000; ++round) {
        std::string text;
        while (text.size() < 28) text += alphabet[random() % alphabet.size()];
        CAPTURE(text);
        read("[" + text + "\n{\"a\":1}\n", 20);
    }
}

}  // namespace breakwatch
