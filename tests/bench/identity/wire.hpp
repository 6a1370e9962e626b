// The frames of an invented history: what phones, the DHCP server, the router and attackers put on the link.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "stage.hpp"

namespace breakwatch::bench {

inline const MacAddress kGateway = test::mac("02:aa:00:00:00:01");
inline const MacAddress kRouter = test::mac("02:cc:00:00:00:09");
inline const MacAddress kEverybody = test::mac("ff:ff:ff:ff:ff:ff");
inline const IpAddress kDhcp = test::ip("10.77.0.1");

// How a connection to the platform is made, and what is done to it.
struct Manner {
    std::uint8_t hops = 64;
    std::uint16_t vlan = 0;                   // 802.1Q
    std::string server = "upload.x.example";  // "": a hello without a name
    IpAddress to = {};                        // none: the platform's
    std::string decoy = {};                   // a hello with this name before the true one
    enum class Trick : std::uint8_t { hop_limit, overlap, out_of_window } trick = Trick::hop_limit;
};

class Wire {
  public:
    explicit Wire(History& history) : history_(history) {}

    void show(Timestamp at, const MacAddress& from, const MacAddress& to, const test::Octets& packet,
              std::uint16_t type = 0x0800, std::uint16_t vlan = 0);
    void arp(const MacAddress& says, const IpAddress& address, Timestamp at, const MacAddress& frame);
    void advertise(const MacAddress& says, const IpAddress& address, Timestamp at,
                   const MacAddress& frame);  // RFC 4861 section 4.4
    void request(const MacAddress& client, const std::string& software, Timestamp at, std::uint16_t vlan = 0);
    void ack(const MacAddress& client, const IpAddress& address, std::uint32_t seconds, Timestamp at,
             const MacAddress& to, const MacAddress& server = kGateway, const IpAddress& id = kDhcp);
    void release(const MacAddress& client, const IpAddress& address, Timestamp at, const MacAddress& frame);
    void dns(const IpAddress& client, const MacAddress& frame, const std::string& name, const std::string& address,
             Timestamp at, bool asked, const MacAddress& from = kGateway);
    // A connection in which something is published at `at`.
    void connection(const MacAddress& frame, const IpAddress& from, Timestamp at, const Manner& manner = {});
    // The same, invented: each frame inside a datagram to the port of a tunnel.
    void tunnelled(const MacAddress& sender, const IpAddress& from, std::uint16_t port, const MacAddress& frame,
                   const IpAddress& inner, Timestamp at);

  private:
    test::Octets dhcp(bool reply, int kind, const MacAddress& client, const IpAddress& own, const IpAddress& given,
                      const test::Octets& options);
    void decoy(const MacAddress& frame, const IpAddress& from, Timestamp at, const Manner& manner);

    History& history_;
    std::uint16_t port_ = 30'000;
    std::uint32_t transaction_ = 0;
};

}  // namespace breakwatch::bench
