#include "flow/exchange_tracker.hpp"

#include <doctest/doctest.h>

#include "support/client_hello.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::milliseconds;
using Kind = ExchangeTracker::Kind;

namespace {

// HTTP in clear: every octet counts, so times and sizes are what is tested.
struct Flow1 {
    ExchangeTracker tracker{Kind::clear};
    std::uint32_t up_next = 1;
    std::uint32_t down_next = 1;
    std::size_t snaplen = 200;  // of the payload
    Octets octets = Octets(200, 0x41);

    std::optional<ExchangeShape> send(bool up, std::uint32_t length, int millis)
    {
        auto& next = up ? up_next : down_next;
        const auto kept = std::min<std::size_t>(snaplen, length);
        const Segment segment{.time = at("09:00") + milliseconds{millis},
                              .sequence = next,
                              .payload = Bytes(octets).first(kept),
                              .payload_length = length};
        next += length;
        return tracker.observe(segment, up);
    }
    std::optional<ExchangeShape> up(std::uint32_t length, int millis) { return send(true, length, millis); }
    std::optional<ExchangeShape> down(std::uint32_t length, int millis) { return send(false, length, millis); }
    std::optional<ExchangeShape> advance(int millis) { return tracker.advance(at("09:00") + milliseconds{millis}); }
};

}  // namespace

TEST_CASE("what is told out of its order in time is as unsure as what was never seen")
{
    Flow1 flow;
    flow.up(700, 0);
    flow.down(300, 150);
    flow.down(200, 140);
    const auto shape = flow.tracker.finish();
    REQUIRE(shape);
    CHECK(shape->down_bytes == 500);
    CHECK(shape->missing_bytes == 200);
}

TEST_CASE("an answer never ends before its start, though the clock be set back between request and answer")
{
    Flow1 flow;
    flow.up(700, 3'000);
    flow.down(300, 500);
    SUBCASE("with nothing more") {}
    SUBCASE("then more of the request, and its answer")
    {
        flow.up(100, 3'020);
        flow.down(300, 600);
    }
    const auto shape = flow.tracker.finish();
    REQUIRE(shape);
    REQUIRE(shape->down_first);
    REQUIRE(shape->down_last);
    CHECK(*shape->down_first >= shape->up_last);
    CHECK(*shape->down_last >= *shape->down_first);
    CHECK(shape->longest_pause >= milliseconds{0});
    CHECK(shape->missing_bytes > 0);
}

TEST_CASE("what was kept too short for any server's name is as unsure as what was never seen")
{
    const auto missing_at = [](std::size_t snaplen) {
        Flow1 flow;
        flow.snaplen = snaplen;
        flow.up(700, 0);
        flow.down(40, 150);
        return flow.tracker.finish()->missing_bytes;
    };
    CHECK(missing_at(62) == 0);  // of 128 octets, by IPv4 and TCP
    CHECK(missing_at(54) == 700);
    CHECK(missing_at(30) == 710 + 30);
}

TEST_CASE("a burst and its answer are one exchange, ended by the next burst")
{
    Flow1 flow;
    CHECK_FALSE(flow.up(700, 0));
    CHECK_FALSE(flow.up(800, 50));
    CHECK_FALSE(flow.down(300, 150));
    CHECK_FALSE(flow.down(200, 160));
    CHECK(flow.tracker.open());
    const auto shape = flow.up(100, 400);
    REQUIRE(shape);
    CHECK(shape->up_bytes == 1'500);
    CHECK(shape->up_records == 2);
    CHECK(shape->largest_up == 800);
    CHECK(shape->down_bytes == 500);
    CHECK(shape->up_first == at("09:00"));
    CHECK(shape->up_last == at("09:00") + milliseconds{50});
    CHECK(shape->down_first == at("09:00") + milliseconds{150});
    CHECK(shape->longest_pause == milliseconds{100});
    CHECK(shape->down_after_pause == 500);
    CHECK(shape->first_of_flow);
    CHECK(shape->answer_seen_on_flow);
    const auto next = flow.tracker.finish();
    REQUIRE(next);
    CHECK_FALSE(next->first_of_flow);
    CHECK(next->quiet_before == milliseconds{240});
    CHECK_FALSE(flow.tracker.finish());
}

TEST_CASE("a pause ends a burst that nobody answered; an upload may stutter longer")
{
    Flow1 flow;
    flow.up(500, 0);
    CHECK_FALSE(flow.up(500, 120));
    CHECK(flow.up(500, 241));
    Flow1 upload;
    upload.up(16'000, 0);
    CHECK_FALSE(upload.up(1'000, 499));
    CHECK(upload.up(1'000, 1'000));
}

TEST_CASE("silence after the answer ends an exchange, and so does its age")
{
    Flow1 flow;
    flow.up(500, 0);
    flow.down(300, 100);
    CHECK_FALSE(flow.advance(1'599));
    CHECK(flow.advance(1'600));
    CHECK_FALSE(flow.advance(9'000));
    CHECK_FALSE(flow.tracker.open());
    Flow1 unanswered;
    unanswered.up(500, 0);
    CHECK_FALSE(unanswered.advance(2'999));
    const auto shape = unanswered.advance(3'000);
    REQUIRE(shape);
    CHECK_FALSE(shape->down_first);
    CHECK_FALSE(shape->answer_seen_on_flow);
    // Time that only packets move ends it as well.
    Flow1 late;
    late.up(500, 0);
    CHECK(late.down(100, 3'100));
}

TEST_CASE("what came down before the request was complete is not its answer")
{
    Flow1 flow;
    flow.up(500, 0);
    flow.down(100, 5);
    flow.up(500, 20);
    flow.down(900, 300);
    const auto shape = flow.tracker.finish();
    REQUIRE(shape);
    CHECK(shape->up_bytes == 1'000);
    CHECK(shape->down_first == at("09:00") + milliseconds{300});
    CHECK(shape->longest_pause == milliseconds{280});
}

TEST_CASE("the server's greeting right after the handshake is no answer to the first request")
{
    Flow1 flow;
    flow.up(500, 0);
    flow.down(300, 10);
    flow.down(5'000, 400);
    const auto shape = flow.tracker.finish();
    REQUIRE(shape);
    CHECK(shape->down_first == at("09:00") + milliseconds{400});
    CHECK(shape->down_bytes == 5'000);
    CHECK(shape->longest_pause == milliseconds{400});
}

TEST_CASE("an answer without a request, and packets without application bytes, begin nothing")
{
    Flow1 flow;
    CHECK_FALSE(flow.down(100, 0));
    CHECK_FALSE(flow.up(0, 10));
    CHECK_FALSE(flow.tracker.open());
}

TEST_CASE("octets of a clear stream count once")
{
    ClearStream stream;
    CHECK(stream.take(10, 100).bytes == 100);
    CHECK(stream.take(10, 100).bytes == 0);
    CHECK(stream.take(60, 100).bytes == 50);
    CHECK(stream.take(1'000, 5).bytes == 5);
}

TEST_CASE("a TLS flow counts records from the SYN on, a QUIC flow datagrams")
{
    ExchangeTracker tls(Kind::tls);
    const auto segment = [](std::uint32_t sequence, std::uint8_t flags, const Octets& payload) {
        return Segment{.time = at("09:00"),
                       .sequence = sequence,
                       .tcp_flags = flags,
                       .payload = payload,
                       .payload_length = static_cast<std::uint32_t>(payload.size())};
    };
    CHECK_FALSE(tls.observe(segment(9, 0x02, {}), true));
    const auto flight = hello_to("a.example") + tls_record(Octets(900, 1), 23);
    tls.observe(segment(10, 0x18, flight), true);
    const auto answer = tls_record(Octets(400, 1), 23);
    tls.observe(segment(70, 0x18, answer), false);
    const auto shape = tls.finish();
    REQUIRE(shape);
    CHECK(shape->up_bytes == 900);
    CHECK(shape->down_bytes == 400);

    ExchangeTracker quic(Kind::quic);
    const auto datagram = Octets{0x40} + Octets(700, 3);
    quic.observe(segment(0, 0, datagram), true);
    quic.observe(segment(0, 0, Octets{0x40} + Octets(500, 4)), false);
    const auto seen = quic.finish();
    REQUIRE(seen);
    CHECK(seen->up_bytes == 701);
    CHECK(seen->down_bytes == 501);
}
