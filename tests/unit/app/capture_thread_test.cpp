// The capture thread between a source that may break and a main thread that may be slow.
#include "app/capture_thread.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <new>

#include "base/clock.hpp"
#include "flow/packet.hpp"
#include "support/frames.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// A hundred addresses a phone: one that has more is cut to its share.
MacAddress phone_of(unsigned host)
{
    return {{2, 26, 16, 0, static_cast<std::uint8_t>(host / 25600), static_cast<std::uint8_t>(host / 100 % 256)}};
}

Octets arp_from(unsigned host)
{
    Octets message{0, 1, 8, 0, 6, 4, 0, 1};
    const auto sender = octets_of(phone_of(host));
    message.insert(message.end(), sender.begin(), sender.end());
    for (const auto octet : {10U, 77U, host / 256, host % 256}) message.push_back(static_cast<std::uint8_t>(octet));
    message.resize(28, 0);
    return ethernet(mac("ff:ff:ff:ff:ff:ff"), phone_of(host), 0x0806, message);
}

// Announces `count` addresses of as many phones as it takes, as fast as it is asked, then stays quiet or breaks.
class Announcements final : public PacketSource {
  public:
    Announcements(unsigned count, std::string breaks_with) : count_(count), breaks_with_(std::move(breaks_with)) {}

    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override
    {
        if (next_ == count_ && breaks_with_ == "throws") throw std::bad_alloc();
        if (next_ == count_ && !breaks_with_.empty()) return std::unexpected(breaks_with_);
        if (next_ == count_) {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            return State::idle;
        }
        const auto now = wall_clock();
        for (std::size_t given = 0; given < limit && next_ < count_; ++given) {
            const auto bytes = arp_from(next_++);
            Packet packet;
            packet.time = now;
            packet.bytes = bytes;
            packet.wire_length = static_cast<std::uint32_t>(bytes.size());
            handler(packet);
        }
        return State::more;
    }
    SourceCounters counters() const override { return {.received = next_}; }

  private:
    unsigned count_;
    std::string breaks_with_;
    unsigned next_ = 0;
};

struct Main {
    CaptureThread::Output output;
    CaptureThread capture;
    std::vector<IpAddress> sighted;
    std::vector<std::uint32_t> catalogs;  // of each
    std::vector<FeedState> states;

    Main(std::size_t room, unsigned count, const std::string& breaks_with = "")
        : output(room),
          capture(nowhere(), std::make_unique<Announcements>(count, breaks_with),
                  std::make_shared<const PlatformCatalog>(), filter(), output)
    {}
    static CaptureConfig nowhere()
    {
        CaptureConfig config;
        config.interface = "no-such-if0";
        return config;
    }
    static std::shared_ptr<const DeviceFilter> filter()
    {
        return std::make_shared<const DeviceFilter>(DeviceFilter{.all = true, .macs = {}, .ips = {}});
    }
    void drain()
    {
        output.drain([this](const Handed& handed) {
            const auto& observation = handed.observation;
            catalogs.push_back(handed.catalog);
            if (const auto* sighting = std::get_if<AddressSighting>(&observation)) sighted.push_back(sighting->ip);
            if (const auto* state = std::get_if<FeedState>(&observation)) states.push_back(*state);
        });
    }
    // As the main loop does, until `done`: drains when woken, renews the filter, looks at the status.
    template <typename Done>
    bool run_until(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!done() && std::chrono::steady_clock::now() < end) {
            pollfd waiting{output.descriptor(), POLLIN, 0};
            ::poll(&waiting, 1, 20);
            drain();
            capture.set_filter(filter());
            (void)capture.status();
        }
        return done();
    }
};

}  // namespace

TEST_CASE("what was seen of enrolled devices arrives once, in order, while filters are replaced and the status is read")
{
    Main main(256, 5'000);
    main.capture.start();
    REQUIRE(main.run_until([&] { return main.sighted.size() == 5'000; }));
    main.capture.stop();
    CHECK(main.sighted.front() == ip("10.77.0.0"));
    CHECK(main.sighted.back() == ip("10.77.19.135"));
    CHECK(std::is_sorted(main.sighted.begin(), main.sighted.end()));
    REQUIRE_FALSE(main.states.empty());
    CHECK(main.states.front().up);
    CHECK(main.capture.status().decode.packets == 5'000);
}

TEST_CASE("who has which address is kept when the queue is full, and handed over after the end")
{
    Main main(2, 500);
    main.capture.start();
    while (main.capture.status().decode.packets < 500) std::this_thread::sleep_for(std::chrono::milliseconds{20});
    main.capture.stop();
    do {
        main.drain();
    } while (!main.capture.flush());
    main.drain();
    CHECK(main.sighted.size() == 500);
    CHECK(std::is_sorted(main.sighted.begin(), main.sighted.end()));
}

TEST_CASE("a source that breaks is told with its reason, looked for again, and does not hold up the end")
{
    Main main(256, 1, "capture no-such-if0: the interface has gone");
    main.capture.start();
    REQUIRE(main.run_until([&] { return !main.states.empty() && !main.states.back().up; }));
    CHECK(main.states.back().feed == "capture:no-such-if0");
    CHECK(main.states.back().what == "capture no-such-if0: the interface has gone");
    CHECK_FALSE(main.capture.status().up);
    const auto before = std::chrono::steady_clock::now();
    main.capture.stop();
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds{5});
}

TEST_CASE(
    "an exception on the thread does not end the process: it is found in words, and what was seen before it is there")
{
    Main main(2, 50, "throws");
    main.capture.start();
    REQUIRE(main.run_until([&] { return main.capture.fault().has_value(); }));
    CHECK(main.capture.fault() == "std::bad_alloc");
    main.capture.stop();
    do {
        main.drain();
    } while (!main.capture.flush());
    main.drain();
    CHECK(main.sighted.size() == 50);
}

TEST_CASE("the thread beats on a quiet link and while the interface is away")
{
    const auto beats = [](Main& main) {
        main.capture.start();
        REQUIRE(main.run_until([&] { return !main.states.empty(); }));
        const auto before = main.capture.pulse().count();
        return main.run_until([&] { return main.capture.pulse().count() >= before + 3; });
    };
    Main quiet(256, 1);
    CHECK(beats(quiet));
    Main away(256, 1, "capture no-such-if0: the interface has gone");
    CHECK(beats(away));
}

TEST_CASE("what is handed over says by which catalogue it was made, and a new one is in force within a batch")
{
    Main main(256, 10);
    main.capture.start();
    REQUIRE(main.run_until([&] { return main.sighted.size() == 10; }));
    CHECK(main.catalogs.back() == 0);
    main.capture.use(std::make_shared<const PlatformCatalog>(), 1);
    main.capture.use(std::make_shared<const PlatformCatalog>(), 2);
    REQUIRE(main.run_until([&] { return main.catalogs.back() == 2; }));
    CHECK(std::is_sorted(main.catalogs.begin(), main.catalogs.end()));
}

TEST_CASE("a new catalogue is in force also while the interface is away")
{
    Main main(256, 1, "capture no-such-if0: the interface has gone");
    main.capture.start();
    REQUIRE(main.run_until([&] { return !main.states.empty() && !main.states.back().up; }));
    main.capture.use(std::make_shared<const PlatformCatalog>(), 1);
    CHECK(main.run_until([&] { return main.catalogs.back() == 1; }));
}
