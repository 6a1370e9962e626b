#include "flow/tls_stream.hpp"

#include <doctest/doctest.h>

#include <random>

#include "support/client_hello.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Octets application(std::size_t length)
{
    return tls_record(Octets(length, 0xee), 23);
}

std::uint64_t bytes(TlsStream& stream, std::uint32_t sequence, const Octets& payload)
{
    return stream.take(sequence, payload, static_cast<std::uint32_t>(payload.size())).bytes;
}

}  // namespace

TEST_CASE("application records count with their lengths, handshake and control records do not")
{
    TlsStream stream(false);
    stream.begin(100);
    const auto flight = hello_to("a.example") + tls_record(Octets{1}, 20) + application(40) + application(1'000);
    const auto counted = stream.take(100, flight, static_cast<std::uint32_t>(flight.size()));
    CHECK(counted.bytes == 1'000);
    CHECK(counted.records == 1);
    CHECK(counted.largest == 1'000);
    CHECK(counted.missing == 0);
}

TEST_CASE("the client's Finished is no application record, the second of its size is one")
{
    TlsStream client(true);
    CHECK(bytes(client, 1, application(69)) == 0);
    CHECK(bytes(client, 75, application(69)) == 69);
    TlsStream server(false);
    CHECK(bytes(server, 1, application(69)) == 69);
}

TEST_CASE("records count once, however they are cut, repeated and put out of order by retransmission")
{
    const auto stream_bytes = hello_to("a.example") + application(500) + application(3'000) + application(90);
    std::mt19937 random(3);
    for (int round = 0; round < 100; ++round) {
        TlsStream stream(false);
        const auto start = static_cast<std::uint32_t>(random());
        stream.begin(start);
        std::uint64_t counted = 0;
        for (std::size_t from = 0; from < stream_bytes.size();) {
            const auto size = std::min<std::size_t>(1 + random() % 700, stream_bytes.size() - from);
            const auto back = std::min<std::size_t>(from, random() % 2 * 30);
            const Octets segment(stream_bytes.begin() + static_cast<std::ptrdiff_t>(from - back),
                                 stream_bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
            const auto sequence = start + static_cast<std::uint32_t>(from - back);
            counted += bytes(stream, sequence, segment);
            CHECK(bytes(stream, sequence, segment) == 0);
            from += size;
        }
        CHECK(counted == 3'590);
    }
}

TEST_CASE("octets lost inside a record count as missing; the next header is found again")
{
    TlsStream stream(false);
    const auto record = application(1'000);
    CHECK(bytes(stream, 1, Octets(record.begin(), record.begin() + 305)) == 300);
    const Octets end(record.begin() + 605, record.end());
    const auto counted = stream.take(606, end, static_cast<std::uint32_t>(end.size()));
    CHECK(counted.bytes == 700);
    CHECK(counted.missing == 300);
    CHECK(bytes(stream, 1'006, application(200)) == 200);
    CHECK(bytes(stream, 306, Octets(300, 1)) == 0);  // the hole filled late: counted already
}

TEST_CASE("octets lost past the end of a record: payload lengths count until a header shows again")
{
    TlsStream stream(false);
    CHECK(bytes(stream, 1, application(100)) == 100);
    const auto lost = stream.take(606, Octets(300, 1), 300);
    CHECK(lost.bytes == 300 + 500);
    CHECK(lost.missing == 500);
    CHECK(bytes(stream, 906, application(400)) == 400);
    CHECK(bytes(stream, 1'311, application(100)) == 100);
}

TEST_CASE("what the snap length cut off counts by its length")
{
    TlsStream stream(false);
    const auto record = application(1'000);
    CHECK(stream.take(1, Octets(record.begin(), record.begin() + 60), 1'005).bytes == 1'000);
    CHECK(bytes(stream, 1'006, application(200)) == 200);
    // A header that was cut: its segment counts as a whole, as does the next until a header shows.
    const auto cut = stream.take(1'211, Octets(record.begin(), record.begin() + 3), 700);
    CHECK(cut.bytes == 700 - 3 + 3);
    CHECK(bytes(stream, 1'911, application(200)) == 200);
}

TEST_CASE("the middle of an unknown stream counts nothing until a header shows")
{
    TlsStream stream(false);
    CHECK(bytes(stream, 1, Octets(500, 1)) == 0);
    CHECK(stream.take(5'001, Octets(500, 1), 500).bytes == 0);
    CHECK(bytes(stream, 5'501, application(200)) == 200);
}

TEST_CASE("a jump of megabytes starts anew, in either direction")
{
    TlsStream stream(false);
    CHECK(bytes(stream, 1, application(100)) == 100);
    CHECK(bytes(stream, 50'000'000, application(100)) == 100);
    CHECK(bytes(stream, 1'000, application(100)) == 100);
    CHECK(stream.take(1'105, {}, 0).bytes == 0);
}

TEST_CASE("a broken header is no record")
{
    TlsStream stream(false);
    CHECK(bytes(stream, 1, application(100) + hex("17 0303 ffff")) == 100);
    CHECK(bytes(stream, 111, Octets(30, 1)) == 0);  // too small to be more than control
    CHECK(bytes(stream, 141, application(100)) == 100);
}
