#include "app/mirror_survey.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

MirrorSurveyor::MirrorSurveyor(const PlatformCatalog& catalog, std::unordered_set<MacAddress> enrolled,
                               const DissectorLimits& limits)
    : catalog_(catalog), enrolled_(std::move(enrolled)), dissector_(limits, *this)
{}

void MirrorSurveyor::take(const Packet& packet)
{
    if (!any()) began_ = ended_ = packet.time;
    ended_ = std::max(ended_, packet.time);
    dissector_.process(packet);
}

void MirrorSurveyor::saw(const MacAddress& mac)
{
    if (mac.is_zero() || mac.group() || devices_.size() >= kMostDevices || !devices_.insert(mac).second) return;
    ++survey_.devices;
    if (mac.locally_administered()) ++survey_.private_devices;
    if (enrolled_.contains(mac)) ++survey_.enrolled_seen;
}

bool MirrorSurveyor::wants_flow(const FiveTuple&, const FrameContext& context)
{
    saw(context.source);
    if (enrolled_.contains(context.destination)) saw(context.destination);
    return true;
}

bool MirrorSurveyor::is_outer_name(std::string_view name)
{
    const auto match = catalog_.find(name);
    return match && match->role == Role::outer;
}

void MirrorSurveyor::on_server_name(Flow&, const ServerName& name, Timestamp)
{
    if (name.encrypted) {
        ++survey_.names_hidden;
        return;
    }
    switch (name.origin) {
        case NameOrigin::quic: ++survey_.names_by_quic; break;
        case NameOrigin::http: ++survey_.names_by_http; break;
        case NameOrigin::dns: ++survey_.names_by_dns; break;
        default: ++survey_.names_by_tls; break;
    }
    if (const auto match = catalog_.find(name.name); match && match->role != Role::outer) ++survey_.platform_names;
}

void MirrorSurveyor::on_dns(const DnsMessage& message, const FiveTuple&, Timestamp)
{
    if (message.response) ++survey_.dns_answers;
}

void MirrorSurveyor::on_dhcp(const DhcpMessage& message, const FiveTuple&, const FrameContext&)
{
    saw(message.client);
}
void MirrorSurveyor::on_address(const MacAddress& mac, const IpAddress&, const FrameContext&)
{
    saw(mac);
}

MirrorSurvey MirrorSurveyor::survey(const SourceCounters& source) const
{
    auto survey = survey_;
    survey.length = ended_ - began_;
    survey.decode = dissector_.counters();
    survey.source = source;
    return survey;
}

}  // namespace breakwatch
