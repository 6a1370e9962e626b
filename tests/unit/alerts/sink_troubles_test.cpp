// What a sink's failures come to.
#include "alerts/sink_troubles.hpp"

#include <doctest/doctest.h>

using namespace breakwatch;

TEST_CASE("a receiver that answers otherwise each time makes a few notices, not one an attempt, and one of the end")
{
    boost::asio::io_context io;
    SinkTroubles troubles(io, std::chrono::milliseconds{5});
    std::vector<std::string> notices;
    troubles.listen([&](const SinkNotice& notice) { notices.push_back(notice.text); });
    for (const auto* reason : {"one", "other", "one", "other"}) troubles.trouble(reason);
    CHECK(notices == std::vector<std::string>{"one", "other"});
    for (int i = 0; i < 1'000; ++i) troubles.trouble("500 " + std::to_string(i));
    CHECK(notices.size() == SinkTroubles::kMostReasons);
    troubles.well();
    io.run();
    REQUIRE(notices.size() == SinkTroubles::kMostReasons + 1);
    CHECK(notices.back() == "takes alerts again");
    troubles.trouble("one");
    CHECK(notices.back() == "one");
}

TEST_CASE("a receiver that shows another certificate each time makes so many notices of their ends")
{
    boost::asio::io_context io;
    SinkTroubles troubles(io, std::chrono::milliseconds{5});
    std::size_t notices = 0;
    troubles.listen([&](const SinkNotice&) { ++notices; });
    const Timestamp now{std::chrono::hours{500'000}};
    troubles.certificate("the receiver's certificate", "good", now + SinkTroubles::kCertificateEnds * 2, now);
    CHECK(notices == 0);
    for (int i = 0; i < 1'000; ++i)
        troubles.certificate("the receiver's certificate", std::to_string(i), now + std::chrono::hours{1}, now);
    CHECK(notices == SinkTroubles::kMostCertificates);
}
