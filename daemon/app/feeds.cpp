#include "app/feeds.hpp"

#include <chrono>
#include <utility>

#include "feeds/calls/call_systems.hpp"
#include "feeds/leases/dnsmasq_leases.hpp"
#include "feeds/leases/kea_leases.hpp"
#include "feeds/mentions/mention_feeds.hpp"
#include "feeds/radius/radius_detail.hpp"
#include "feeds/radius/radius_listener.hpp"

namespace breakwatch {

namespace {

using std::chrono::milliseconds;

std::unique_ptr<Feed> make_radius(boost::asio::io_context& io, const RadiusConfig& config, const Feed::Handler& handler)
{
    RadiusListenerSettings settings;
    settings.name = config.name;
    settings.listen = config.listen;
    settings.port = config.port;
    settings.answer = config.answer;
    for (const auto& client : config.clients) {
        settings.clients.push_back(
            {.name = client.name, .address = client.address, .secret_file = client.secret_file.string()});
    }
    return make_radius_listener(io, std::move(settings), handler);
}

}  // namespace

std::vector<std::unique_ptr<Feed>> make_feeds(boost::asio::io_context& io, const Config& config, FeedMode mode,
                                              const EnrolmentInForce& enrolment, const Feed::Handler& handler,
                                              const std::function<Timestamp()>& clock)
{
    const bool follow = mode == FeedMode::follow;
    const auto poll = follow ? milliseconds{250} : milliseconds{0};
    std::vector<std::unique_ptr<Feed>> feeds;
    for (const auto& file : config.kea_leases) {
        feeds.push_back(make_kea_leases(io, {.name = file.name, .path = file.path.string(), .poll = poll}, handler));
    }
    for (const auto& file : config.dnsmasq_leases) {
        feeds.push_back(
            make_dnsmasq_leases(io, {.name = file.name, .path = file.path.string(), .poll = poll}, handler));
    }
    for (const auto& file : config.radius_detail) {
        feeds.push_back(make_radius_detail(io, {.name = file.name, .path = file.path.string(), .poll = poll}, handler));
    }
    const CallFeedParts parts{io, config, mode, enrolment, handler, clock};
    for (const auto& calls : config.calls) {
        if (auto feed = make_call_feed(parts, calls)) feeds.push_back(std::move(feed));
    }
    for (const auto& mentions : config.mentions) {
        if (auto feed = make_mention_feed(io, config, mentions, mode, handler, clock)) feeds.push_back(std::move(feed));
    }
    if (follow) {
        for (const auto& radius : config.radius) feeds.push_back(make_radius(io, radius, handler));
    }
    return feeds;
}

}  // namespace breakwatch
