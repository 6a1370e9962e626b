#include "flow/name_cache.hpp"

#include <doctest/doctest.h>

#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kPhone = ip("10.77.20.5");
const auto kOther = ip("10.77.20.6");
constexpr std::size_t kRoomy = 1'000'000;  // octets
const auto kServer = ip("198.51.100.7");

DnsMessage response(const std::string& question, const IpAddress& address, std::uint32_t ttl = 60)
{
    DnsMessage message;
    message.response = true;
    message.question = question;
    message.answers.push_back(
        {.owner = question, .type = dns_type::a, .ttl = ttl, .address = address, .target = {}, .hints = {}});
    return message;
}

std::string found(const NameCache& cache, const IpAddress& client, const IpAddress& server, const std::string& clock)
{
    const auto answer = cache.find(client, server, at(clock));
    return answer ? std::string(answer->name) + (answer->ambiguous ? " or another" : "") : "nobody";
}

}  // namespace

TEST_CASE("an address is named for the client that asked, and for no other")
{
    NameCache cache(kRoomy);
    cache.learn(kPhone, response("api.x.example", kServer), at("09:00"));
    CHECK(found(cache, kPhone, kServer, "09:01") == "api.x.example");
    CHECK(found(cache, kOther, kServer, "09:01") == "nobody");
    CHECK(found(cache, kPhone, ip("198.51.100.8"), "09:01") == "nobody");
}

TEST_CASE("a name holds from its answer until its time to live ran out, five minutes at least, a day at most")
{
    NameCache cache(kRoomy);
    cache.learn(kPhone, response("short.example", kServer, 1), at("09:00"));
    CHECK(found(cache, kPhone, kServer, "08:59:59") == "nobody");
    CHECK(found(cache, kPhone, kServer, "09:00") == "short.example");
    CHECK(found(cache, kPhone, kServer, "09:04:59") == "short.example");
    CHECK(found(cache, kPhone, kServer, "09:05") == "nobody");
    cache.learn(kPhone, response("hour.example", kServer, 3'600), at("10:00"));
    CHECK(found(cache, kPhone, kServer, "10:59:59") == "hour.example");
    CHECK(found(cache, kPhone, kServer, "11:00") == "nobody");
    cache.learn(kOther, response("ever.example", kServer, 0xffffffff), at("00:00"));
    CHECK(cache.find(kOther, kServer, at("00:00") + std::chrono::hours{23}));
    CHECK_FALSE(cache.find(kOther, kServer, at("00:00") + std::chrono::hours{24}));
}

TEST_CASE("two names that hold for one address are ambiguous, and the newer is given")
{
    NameCache cache(kRoomy);
    cache.learn(kPhone, response("a.example", kServer, 3'600), at("09:00"));
    cache.learn(kPhone, response("b.example", kServer, 600), at("09:01"));
    CHECK(found(cache, kPhone, kServer, "09:00:30") == "a.example");  // as of then
    CHECK(found(cache, kPhone, kServer, "09:02") == "b.example or another");
    CHECK(found(cache, kPhone, kServer, "09:30") == "a.example");
    cache.learn(kPhone, response("a.example", kServer, 3'600), at("09:31"));
    CHECK(found(cache, kPhone, kServer, "09:32") == "a.example");
}

TEST_CASE("of many names for one address the newest four are kept")
{
    NameCache cache(kRoomy);
    for (const auto* name : {"a", "b", "c", "d", "e"}) cache.learn(kPhone, response(name, kServer), at("09:00"));
    CHECK(cache.size() == 1);
    CHECK(found(cache, kPhone, kServer, "09:00") == "e or another");
}

TEST_CASE("the name asked for counts, not the end of its CNAME chain; hints count as addresses")
{
    NameCache cache(kRoomy);
    auto message = response("www.x.example", kServer);
    message.answers[0].owner = "edge.cdn.example";
    DnsRecord service{
        .owner = "www.x.example", .type = dns_type::https, .ttl = 60, .address = {}, .target = {}, .hints = {}};
    service.hints.push_back(ip("2001:db8::7"));
    message.answers.push_back(service);
    cache.learn(kPhone, message, at("09:00"));
    CHECK(found(cache, kPhone, kServer, "09:01") == "www.x.example");
    CHECK(found(cache, kPhone, ip("2001:db8::7"), "09:01") == "www.x.example");
}

TEST_CASE("questions and answers to nothing teach nothing")
{
    NameCache cache(kRoomy);
    auto question = response("a.example", kServer);
    question.response = false;
    cache.learn(kPhone, question, at("09:00"));
    cache.learn(kPhone, response("", kServer), at("09:00"));
    cache.learn(kPhone, response(std::string(300, 'x'), kServer), at("09:00"));
    CHECK(cache.size() == 0);
}

TEST_CASE("a full cache forgets what was learned longest ago")
{
    NameCache cache(kRoomy);
    const auto client = [](unsigned i) {
        return ip("10.77." + std::to_string(i / 200) + "." + std::to_string(i % 200 + 1));
    };
    for (unsigned i = 0; i < 5'000; ++i) cache.learn(client(i), response("a.example", kServer), at("09:00"));
    CHECK(cache.octets() <= kRoomy);
    CHECK(cache.size() < 5'000);
    CHECK(cache.size() > 1'000);
    CHECK(found(cache, client(4'999), kServer, "09:00") == "a.example");
    CHECK(found(cache, client(0), kServer, "09:00") == "nobody");
    cache.learn(client(static_cast<unsigned>(5'000 - cache.size() / 2)), response("b.example", kServer),
                at("09:01"));  // anew
    CHECK(cache.octets() <= kRoomy);
}

TEST_CASE("a client that is told more than its share loses its own oldest, and nobody else's")
{
    NameCache cache(kRoomy);
    cache.learn(kOther, response("mine.example", kServer), at("09:00"));
    for (unsigned i = 0; i < 20'000; ++i)
        cache.learn(kPhone,
                    response(std::string(200, 'x') + std::to_string(i),
                             ip("198.18." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1))),
                    at("09:01"));
    CHECK(found(cache, kOther, kServer, "09:02") == "mine.example");
    CHECK(cache.octets() <= kRoomy / NameCache::kShares + 1'000);
}
