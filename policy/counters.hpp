// Counters that are declared in one line each: the member, its name in status.json and on the screen of
// `breakwatch status`, and whether it says that a bound was hit, which the SIEM is told. What the decoder counts of
// packets is in decode/counters.hpp.
//
//     #define BREAKWATCH_THING_COUNTERS(COUNTER) COUNTER(looks, total, "looks that were taken")
//     struct ThingCounters {
//         BREAKWATCH_COUNTERS(BREAKWATCH_THING_COUNTERS)
//     };
#pragma once

#include <cstdint>
#include <string_view>

namespace breakwatch {

enum class CounterKind : std::uint8_t {
    total,    // of events since the start; grows
    level,    // what is held at present
    limited,  // a total of what went past somebody's rate or share, and was not looked at; told as a sign of spoofing
    refused,  // a total of what there was no room for in a table
};

struct CounterFacts {
    std::string_view name;
    CounterKind kind = CounterKind::total;
    std::string_view meaning;  // "flows that were not looked at: no room, in all or for the device"
};

}  // namespace breakwatch

#define BREAKWATCH_COUNTER_MEMBER(NAME, KIND, MEANING) std::uint64_t NAME = 0;
#define BREAKWATCH_COUNTER_ADD(NAME, KIND, MEANING) NAME += other.NAME;
#define BREAKWATCH_COUNTER_VISIT(NAME, KIND, MEANING) visit(CounterFacts{#NAME, CounterKind::KIND, MEANING}, NAME);
// `visit` is called with the facts and the value of each, in the order of the list; add() is the sum of two.
#define BREAKWATCH_COUNTERS(LIST)      \
    LIST(BREAKWATCH_COUNTER_MEMBER)    \
    template <typename Visit>          \
    void for_each(Visit&& visit) const \
    {                                  \
        LIST(BREAKWATCH_COUNTER_VISIT) \
    }                                  \
    template <typename Same>           \
    void add(const Same& other)        \
    {                                  \
        LIST(BREAKWATCH_COUNTER_ADD)   \
    }
