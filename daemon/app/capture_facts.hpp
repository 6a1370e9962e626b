// What one capture tells, collected and put as one JSON object: server names, DNS answers, leases,
// RADIUS accounting, ARP bindings. Each fact once, in order of appearance.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "flow/dissector.hpp"
#include "policy/activity/platform_catalog.hpp"

namespace breakwatch {

class CaptureFacts final : public DissectorEvents {
  public:
    // `catalog` says which names are the outer ones of encrypted hellos; it outlives the collection.
    explicit CaptureFacts(const PlatformCatalog& catalog) : catalog_(catalog) {}

    bool is_outer_name(std::string_view name) override;
    void on_server_name(Flow& flow, const ServerName& name, Timestamp at) override;
    void on_dns(const DnsMessage& message, const FiveTuple& tuple, Timestamp at) override;
    void on_link_dns(const DnsMessage& message, LinkDns protocol, const FiveTuple& tuple, Timestamp at) override;
    void on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& frame) override;
    void on_dhcpv6(const Dhcpv6Message& message, const FiveTuple& tuple, const FrameContext& frame) override;
    void on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& frame) override;
    void on_radius_accounting(const RadiusMessage& message, const FiveTuple& tuple, Timestamp at) override;

    // Ends the collection: the arrays move into the result.
    boost::json::object take();

  private:
    void add(boost::json::array& facts, boost::json::object fact);

    const PlatformCatalog& catalog_;
    boost::json::array names_;
    boost::json::array again_;    // names of connections that are in names_ with other addresses
    boost::json::array guesses_;  // by the client's DNS answers
    boost::json::array unnamed_;  // an encrypted hello without an outer name
    boost::json::array dns_;
    boost::json::array mdns_;
    boost::json::array llmnr_;
    boost::json::array leases_;
    boost::json::array leases6_;
    boost::json::array hostnames_;
    boost::json::array radius_;
    boost::json::array arp_;
    boost::json::array neighbors_;
    std::set<std::string> told_;                     // every fact's text
    std::map<MacAddress, std::string> hostname_of_;  // as in the client's last message
    std::map<std::string, std::size_t> lease_at_;    // MAC and address: place in leases_
    std::map<FiveTuple, int> names_of_;              // how many, by flow
    std::map<std::uint64_t, FiveTuple> seen_on_;     // QUIC connection: where it was seen first
};

}  // namespace breakwatch
