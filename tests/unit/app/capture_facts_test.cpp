#include "app/capture_facts.hpp"

#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>

#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/quic_seal.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// What a capture of these packets tells.
struct Capture {
    PlatformCatalog catalog{{{"ech", "outer.example", Role::outer, Tier::b, false, Surface::both, {}, {}}}};
    CaptureFacts facts{catalog};
    Dissector dissector{{}, facts};

    void packet(const char* from, const char* to, std::uint8_t protocol, const Octets& payload)
    {
        const auto frame = ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), 0x0800,
                                    ip_packet(ip(from), ip(to), protocol, payload));
        Packet one;
        one.time = at("09:00");
        one.bytes = frame;
        one.wire_length = static_cast<std::uint32_t>(frame.size());
        dissector.process(one);
    }
    std::string list(const char* key)
    {
        dissector.finish();
        return boost::json::serialize(facts.take().at(key));
    }
};

const auto kInitial = seal_initial(
    {.source_id = {}, .token = {}, .frames = crypto_frame(0, client_hello(server_name_extension("quic.example")))});

}  // namespace

TEST_CASE("a QUIC connection is listed once, what is seen of it on other addresses apart")
{
    Capture capture;
    capture.packet("10.77.20.5", "198.51.100.7", 17, udp(50'000, 443, kInitial));
    capture.packet("203.0.113.9", "198.51.100.7", 17, udp(50'000, 443, kInitial));
    capture.dissector.finish();
    const auto facts = capture.facts.take();
    CHECK(boost::json::serialize(facts.at("server_names")) ==
          R"([{"proto":"quic","name":"quic.example","client":"10.77.20.5","client_port":50000,)"
          R"("server":"198.51.100.7","server_port":443,"nth":1}])");
    CHECK(boost::json::serialize(facts.at("seen_again")) ==
          R"([{"proto":"quic","name":"quic.example","client":"203.0.113.9","client_port":50000,)"
          R"("server":"198.51.100.7","server_port":443}])");
}

TEST_CASE("names of neighbours are kept apart from answers of resolvers")
{
    Capture capture;
    capture.packet("10.77.20.9", "224.0.0.251", 17, udp(5353, 5353, dns_answer("printer.local", "10.77.20.9")));
    capture.packet("10.77.20.8", "10.77.20.5", 17, udp(5355, 50'000, dns_answer("pc", "10.77.20.8")));
    capture.dissector.finish();
    const auto facts = capture.facts.take();
    CHECK(boost::json::serialize(facts.at("dns")) == "[]");
    CHECK(boost::json::serialize(facts.at("mdns")) ==
          R"([{"name":"printer.local","answer":"10.77.20.9","from":"10.77.20.9"}])");
    CHECK(boost::json::serialize(facts.at("llmnr")) == R"([{"name":"pc","answer":"10.77.20.8","from":"10.77.20.8"}])");
}

TEST_CASE("the outer name of an encrypted hello is marked as such")
{
    Capture capture;
    const auto hello =
        tls_record(client_hello(server_name_extension("outer.example") + extension(0xfe0d, Octets(40, 0))));
    capture.packet("10.77.20.5", "198.51.100.7", 6, tcp({.payload = hello}));
    CHECK(capture.list("server_names") ==
          R"([{"proto":"tls","name":"outer.example","encrypted":true,"client":"10.77.20.5","client_port":50000,)"
          R"("server":"198.51.100.7","server_port":443,"nth":1}])");
}
