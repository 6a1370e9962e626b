// What the folders of call systems bring is what a configuration may say.
#include "feeds/calls/call_systems.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "config/feed_keys.hpp"

namespace breakwatch {

TEST_CASE("each kind of call feed has a word of its own, and names keys that there are")
{
    std::set<std::string> words;
    for (const auto& kind : call_feed_vocabulary().call_kinds) {
        CAPTURE(kind.word);
        CHECK(words.insert(kind.word).second);
        CHECK_FALSE(kind.meaning.empty());
        auto keys = kind.needs;
        keys.insert(keys.end(), kind.may.begin(), kind.may.end());
        for (const auto& key : keys) {
            CAPTURE(key);
            const auto known = call_feed_keys();
            CHECK(std::ranges::any_of(known, [&](const auto& each) { return each.facts.key == key; }));
            CHECK_FALSE(of_every_kind(key));
            CHECK(std::ranges::count(keys, key) == 1);
        }
    }
}

TEST_CASE("each format of call records is listed once")
{
    const auto formats = call_feed_vocabulary().call_formats;
    CHECK(std::set<std::string>(formats.begin(), formats.end()).size() == formats.size());
}

}  // namespace breakwatch
