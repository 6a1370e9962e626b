#include "flow/fragment_assembler.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/frames.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Fragments {
    DecodeCounters counters;
    FragmentAssembler assembler;
    std::vector<Octets> kept;

    explicit Fragments(std::size_t most_bytes = 1'000'000) : assembler(most_bytes) {}

    // What is whole then, as text; "" while it is not.
    std::string put(std::uint32_t id, std::uint32_t offset, std::string_view text, bool more,
                    const std::string& clock = "09:00", const std::string& from = "10.77.20.5")
    {
        const auto bytes = octets_of(text);
        IpPacket fragment;
        fragment.source = ip(from);
        fragment.destination = ip(fragment.source.family == IpAddress::Family::v6 ? "2001:db8::7" : "198.51.100.7");
        fragment.protocol = 17;
        fragment.payload = bytes;
        fragment.payload_length = static_cast<std::uint32_t>(bytes.size());
        fragment.fragment = true;
        fragment.more_fragments = more;
        fragment.fragment_offset = offset;
        fragment.identification = id;
        const auto whole = assembler.put(fragment, at(clock), counters);
        if (!whole) return "";
        CHECK_FALSE(whole->fragment);
        CHECK_FALSE(whole->more_fragments);
        CHECK(whole->fragment_offset == 0);
        CHECK(whole->payload_length == whole->payload.size());
        return std::string(as_text(whole->payload));
    }
};

}  // namespace

TEST_CASE("fragments in any order make the datagram, once")
{
    Fragments fragments;
    CHECK(fragments.put(1, 8, "cccccccc", true) == "");
    CHECK(fragments.put(1, 16, "end", false) == "");
    CHECK(fragments.put(1, 0, "aaaaaaaa", true) == "aaaaaaaaccccccccend");
    CHECK(fragments.put(1, 16, "end", false) == "");
}

TEST_CASE("datagrams are told apart by identification and addresses, of both versions")
{
    Fragments fragments;
    CHECK(fragments.put(1, 0, "aaaaaaaa", true) == "");
    CHECK(fragments.put(2, 8, "two", false) == "");
    CHECK(fragments.put(1, 8, "v6", false, "09:00", "2001:db8::5") == "");
    CHECK(fragments.put(1, 8, "other", false, "09:00", "10.77.20.6") == "");
    CHECK(fragments.put(1, 0, "bbbbbbbb", true, "09:00", "2001:db8::5") == "bbbbbbbbv6");
    CHECK(fragments.put(1, 8, "one", false) == "aaaaaaaaone");
}

TEST_CASE("of overlapping fragments the first wins, and it is counted")
{
    Fragments fragments;
    CHECK(fragments.put(1, 0, "aaaaaaaabbbbbbbb", true) == "");
    CHECK(fragments.put(1, 8, "XXXXXXXXcc", false) == "aaaaaaaabbbbbbbbcc");
    CHECK(fragments.counters.of(Loss::fragment_overlap) == 1);
}

TEST_CASE("fragments of impossible lengths are refused by reason")
{
    Fragments fragments;
    CHECK(fragments.put(1, 0, "no multiple of eight", true) == "");
    CHECK(fragments.put(1, 65'528, "past the end", false) == "");
    CHECK(fragments.counters.of(Layer::fragment, DecodeError::bad_length) == 2);
}

TEST_CASE("a datagram that does not become whole in half a minute is forgotten")
{
    Fragments fragments;
    fragments.put(1, 0, "aaaaaaaa", true, "09:00:00");
    fragments.put(2, 0, "bbbbbbbb", true, "09:00:20");
    CHECK(fragments.put(1, 8, "one", false, "09:00:31") == "");
    CHECK(fragments.put(2, 8, "two", false, "09:00:40") == "bbbbbbbbtwo");
    CHECK(fragments.counters.of(Loss::fragment_expired) == 1);
}

TEST_CASE("what waits is bounded by what it takes to keep it: the oldest makes room")
{
    Fragments fragments(20'000);
    const std::string part(400, 'x');
    const auto sender = [](std::uint32_t id) { return "10.77.21." + std::to_string(id); };
    for (std::uint32_t id = 1; id <= 60; ++id) fragments.put(id, 0, part, true, "09:00", sender(id));
    CHECK(fragments.counters.of(Loss::fragments_full) > 0);
    CHECK(fragments.assembler.octets() <= 21'000);
    CHECK(fragments.put(1, 400, "one", false, "09:00", sender(1)) == "");
    CHECK(fragments.put(60, 400, "sixty", false, "09:00", sender(60)) == part + "sixty");
    Fragments tiny(20'000);
    for (std::uint32_t id = 0; id < 5'000; ++id) tiny.put(id, 8, "x", false, "09:00", sender(id % 250));
    CHECK(tiny.assembler.octets() <= 21'000);
}

TEST_CASE("a sender of fragments whose rest never comes takes its share, and nobody else's room")
{
    Fragments fragments(100'000);
    CHECK(fragments.put(7, 0, "12345678", true, "09:00", "10.77.20.6") == "");
    for (std::uint32_t id = 0; id < 5'000; ++id) fragments.put(id, 8, "x", false);
    CHECK(fragments.counters.of(Loss::fragment_share_full) > 4'000);
    CHECK(fragments.counters.of(Loss::fragments_full) == 0);
    CHECK(fragments.put(7, 8, "whole", false, "09:00", "10.77.20.6") == "12345678whole");
}
