// Counts of everything a mirror shows, over a minute or a capture file, while `breakwatchd check` looks at it.
// Addresses are kept in memory for the distinct counts, and nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "capture/packet_source.hpp"
#include "flow/dissector.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/sight/mirror_assessment.hpp"

namespace breakwatch {

// What of it are sums; the words are print_survey's.
struct MirrorSurvey {
    Duration length{0};
    DecodeCounters decode;
    SourceCounters source;
    std::uint64_t names_by_tls = 0;
    std::uint64_t names_by_quic = 0;
    std::uint64_t names_by_http = 0;
    std::uint64_t names_by_dns = 0;
    std::uint64_t names_hidden = 0;
    std::uint64_t platform_names = 0;  // of those, platforms that are watched
    std::uint64_t dns_answers = 0;
    std::size_t devices = 0;          // distinct MACs that sent
    std::size_t private_devices = 0;  // of those, locally administered
    std::size_t enrolled_seen = 0;    // distinct enrolled MACs
};

class MirrorSurveyor final : public DissectorEvents {
  public:
    // `catalog` outlives it. `enrolled`: MACs to be counted when they are seen.
    MirrorSurveyor(const PlatformCatalog& catalog, std::unordered_set<MacAddress> enrolled,
                   const DissectorLimits& limits);

    void take(const Packet& packet);
    void advance(Timestamp now) { dissector_.advance(now); }
    MirrorSurvey survey(const SourceCounters& source) const;
    bool any() const { return began_ != Timestamp{}; }

    bool wants_flow(const FiveTuple& tuple, const FrameContext& context) override;
    bool is_outer_name(std::string_view name) override;
    void on_server_name(Flow& flow, const ServerName& name, Timestamp at) override;
    void on_dns(const DnsMessage& message, const FiveTuple& tuple, Timestamp at) override;
    void on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context) override;
    void on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& context) override;

  private:
    // A flood of addresses made up is not to fill the memory.
    static constexpr std::size_t kMostDevices = 100'000;
    void saw(const MacAddress& mac);

    const PlatformCatalog& catalog_;
    std::unordered_set<MacAddress> enrolled_;
    std::unordered_set<MacAddress> devices_;
    Dissector dissector_;
    MirrorSurvey survey_;
    Timestamp began_;
    Timestamp ended_;
};

// One line a matter, then "good" or "to change: ..." lines.
std::string survey_in_words(const MirrorSurvey& survey, const std::vector<Sight>& sights, std::size_t enrolled);
std::string survey_in_json(const MirrorSurvey& survey, const std::vector<Sight>& sights, std::size_t enrolled);

}  // namespace breakwatch
