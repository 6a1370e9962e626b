#include <boost/json.hpp>
#include <cmath>

#include "app/mirror_survey.hpp"

namespace breakwatch {
namespace {

namespace json = boost::json;

std::string percent(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0) return "0 %";
    const auto share = static_cast<double>(part) / static_cast<double>(whole);
    if (part > 0 && share < 0.01) return "under 1 %";
    if (part < whole && share > 0.99) return "over 99 %";
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string line(const char* what, const std::string& is)
{
    std::string text = std::string("  ") + what;
    text.resize(16, ' ');
    return text + is + "\n";
}

std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

std::string vlans_of(const WireCounters& wire)
{
    if (wire.vlans.none()) return "no tags";
    std::string list;
    std::size_t listed = 0;
    for (std::size_t vlan = 0; vlan < wire.vlans.size(); ++vlan) {
        if (!wire.vlans.test(vlan)) continue;
        if (++listed > 12) continue;
        list += (list.empty() ? "" : ", ") + std::to_string(vlan);
    }
    if (listed > 12) list += " and " + std::to_string(listed - 12) + " more";
    return list + "; " + percent(wire.tagged, wire.packets) + " of the packets are tagged";
}

std::uint64_t per_second(const MirrorSurvey& survey)
{
    const auto seconds = std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(survey.length).count());
    return survey.decode.wire.packets / static_cast<std::uint64_t>(seconds);
}

std::string names_of(const MirrorSurvey& survey)
{
    const auto& wire = survey.decode.wire;
    const auto begun = wire.names_read + wire.names_hidden + wire.names_missing;
    auto text = begun == 0 ? std::string("no conversation's beginning was seen to its end")
                           : percent(wire.names_read, begun) + " of " + number(begun) +
                                 " conversations begun here have a server's name";
    return text + "; TLS " + number(survey.names_by_tls) + ", QUIC " + number(survey.names_by_quic) + ", HTTP " +
           number(survey.names_by_http) + ", by DNS " + number(survey.names_by_dns) + ", hidden (ECH) " +
           number(survey.names_hidden) + "; watched platforms " + number(survey.platform_names);
}

std::string resolvers_of(const MirrorSurvey& survey)
{
    const auto& decode = survey.decode;
    return number(survey.dns_answers) + " answers in clear; encrypted resolvers: DoT " +
           number(decode.of(Loss::dns_over_tls)) + ", DoH " + number(decode.of(Loss::dns_over_https)) + ", DoQ " +
           number(decode.of(Loss::dns_over_quic));
}

}  // namespace

std::string survey_in_words(const MirrorSurvey& survey, const std::vector<Sight>& sights, std::size_t enrolled)
{
    const auto& wire = survey.decode.wire;
    std::string text;
    text +=
        line("packets", number(wire.packets) + " in " + to_words(survey.length) + " (" + number(per_second(survey)) +
                            " a second, " + number(wire.bytes) + " octets); IP in " + percent(wire.ip, wire.packets));
    text += line("directions", number(wire.to_servers) + " packets to web servers, " + number(wire.from_servers) +
                                   " from them; conversations: " + number(wire.two_way) + " both ways, " +
                                   number(wire.only_to_servers + wire.only_from_servers) + " one way");
    text += line("duplicates", percent(wire.repeated, wire.compared) + " of the packets came twice");
    text += line("lost", number(survey.source.dropped_by_kernel + survey.source.dropped_by_interface) +
                             " packets; cut short " + percent(wire.cut, wire.packets) +
                             (wire.cut > 0 ? " (the shortest after " + number(wire.shortest_cut) + " octets)" : ""));
    text += line("VLANs", vlans_of(wire));
    text += line("tunnels", number(wire.tunnelled) + " packets opened, " + number(wire.sealed) + " not, " +
                                number(wire.untrusted) + " not of a configured mirror; " + number(wire.unread_frames) +
                                " frames of unknown kinds");
    text += line("names", names_of(survey));
    text += line("DNS", resolvers_of(survey));
    text += line("addresses", "ARP and neighbour discovery " + number(wire.address_facts) + ", DHCP " +
                                  number(wire.dhcp) + ", RADIUS " + number(wire.radius));
    text += line("devices", number(survey.devices) + " senders, " + percent(survey.private_devices, survey.devices) +
                                " with private (random) MAC addresses; enrolled " + number(survey.enrolled_seen) +
                                " of " + number(enrolled));
    bool good = true;
    for (const auto& sight : sights) {
        if (!sight.blind) continue;
        good = false;
        text += "to change: " + sight.what + ": " + sight.change + "\n";
    }
    if (good) text += "good: nothing is to be changed about this mirror, as far as these packets tell\n";
    return text;
}

std::string survey_in_json(const MirrorSurvey& survey, const std::vector<Sight>& sights, std::size_t enrolled)
{
    const auto& wire = survey.decode.wire;
    json::array vlans;
    for (std::size_t vlan = 0; vlan < wire.vlans.size(); ++vlan)
        if (wire.vlans.test(vlan)) vlans.push_back(vlan);
    json::array change;
    for (const auto& sight : sights) {
        if (!sight.blind) continue;
        change.push_back(json::object{{"spot", name(sight.spot)}, {"what", sight.what}, {"change", sight.change}});
    }
    const json::object whole{{"seconds", std::chrono::duration<double>(survey.length).count()},
                             {"packets", wire.packets},
                             {"octets", wire.bytes},
                             {"ip", wire.ip},
                             {"to_servers", wire.to_servers},
                             {"from_servers", wire.from_servers},
                             {"two_way", wire.two_way},
                             {"one_way", wire.only_to_servers + wire.only_from_servers},
                             {"compared", wire.compared},
                             {"repeated", wire.repeated},
                             {"dropped", survey.source.dropped_by_kernel + survey.source.dropped_by_interface},
                             {"cut", wire.cut},
                             {"vlans", std::move(vlans)},
                             {"tagged", wire.tagged},
                             {"tunnelled", wire.tunnelled},
                             {"sealed", wire.sealed},
                             {"untrusted", wire.untrusted},
                             {"unread_frames", wire.unread_frames},
                             {"names_read", wire.names_read},
                             {"names_hidden", wire.names_hidden},
                             {"names_missing", wire.names_missing},
                             {"platform_names", survey.platform_names},
                             {"dns_answers", survey.dns_answers},
                             {"address_facts", wire.address_facts},
                             {"dhcp", wire.dhcp},
                             {"radius", wire.radius},
                             {"devices", survey.devices},
                             {"private_devices", survey.private_devices},
                             {"enrolled", enrolled},
                             {"enrolled_seen", survey.enrolled_seen},
                             {"to_change", std::move(change)}};
    return json::serialize(whole) + "\n";
}

}  // namespace breakwatch
