// A key of something that is configured, in one place: the loader, `breakwatch keys`, the man page's rows and the test
// of the defaults are made from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_reader.hpp"

namespace breakwatch {

// Texts may hold words in `backticks`, which pages mark as literal.
struct KeyFacts {
    std::string_view key;
    std::string_view type;       // what is expected, in words that follow "expected": "a file name"
    std::string_view fallback;   // what holds without it, as a configuration would say it; empty: see `otherwise`
    std::string_view otherwise;  // the same in words, where no value says it; empty: nothing, or the key is needed
    std::string_view meaning;
};

template <typename Item>
struct ConfigKey {
    KeyFacts facts;
    void (*read)(YamlMap& map, const std::string& key, Item& item);
};

template <typename Item>
void read_keys(YamlMap& map, const auto& keys, Item& item)
{
    for (const auto& each : keys) each.read(map, std::string(each.facts.key), item);
}

// Readers of a member that takes the key's value as it is. Member: &Item::member.
namespace key_of {

template <typename Owner, typename Value>
Owner owner_of(Value Owner::*);
template <auto Member>
using Item = decltype(owner_of(Member));

template <auto Read, auto Member>
void as(YamlMap& map, const std::string& key, Item<Member>& item)
{
    (map.*Read)(key, item.*Member);
}
template <auto Member>
constexpr auto text = as<&YamlMap::text, Member>;
template <auto Member>
constexpr auto texts = as<&YamlMap::texts, Member>;
template <auto Member>
constexpr auto boolean = as<&YamlMap::boolean, Member>;
template <auto Member>
constexpr auto file = as<&YamlMap::file_path, Member>;
template <auto Member>
constexpr auto duration = as<&YamlMap::duration, Member>;
template <auto Member, std::int64_t Least, std::int64_t Most>
void integer(YamlMap& map, const std::string& key, Item<Member>& item)
{
    map.integer(key, item.*Member, Least, Most);
}
template <auto Member>
constexpr auto port = integer<Member, 1, 65'535>;

}  // namespace key_of

}  // namespace breakwatch
