#include "feeds/radius/radius_accounting.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <utility>

#include "feeds/radius/radius_attributes.hpp"

namespace breakwatch {

namespace {

std::optional<std::string> read_secret(const std::string& path)
{
    std::ifstream in(path);
    std::string secret;
    if (!std::getline(in, secret)) return std::nullopt;
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) return std::nullopt;
    return secret;
}

std::string why_no_secret(const std::string& path)
{
    if (!std::ifstream(path)) return std::strerror(errno);
    return "expected the shared secret in the first line";
}

RadiusRefusal reason_of(DecodeError error)
{
    return error == DecodeError::truncated ? RadiusRefusal::truncated : RadiusRefusal::bad_length;
}

}  // namespace

std::string_view name(RadiusRefusal refusal)
{
    switch (refusal) {
        case RadiusRefusal::unknown_client: return "unknown client";
        case RadiusRefusal::truncated: return "truncated";
        case RadiusRefusal::bad_length: return "bad length";
        case RadiusRefusal::wrong_code: return "wrong code";
        case RadiusRefusal::bad_authenticator: return "bad authenticator";
        case RadiusRefusal::bad_message_authenticator: return "bad Message-Authenticator";
        case RadiusRefusal::missing_message_authenticator: return "missing Message-Authenticator";
        case RadiusRefusal::unusable_content: return "unusable content";
        case RadiusRefusal::count: break;
    }
    return "";
}

RadiusAccounting::RadiusAccounting(std::string feed, std::size_t remembered_requests, Feed::Handler handler)
    : feed_(std::move(feed)), handler_(std::move(handler)), notes_(feed_, handler_), seen_(remembered_requests)
{}

void RadiusAccounting::set_clients(const std::vector<RadiusClient>& clients, Timestamp now)
{
    const auto before = std::exchange(clients_, {});
    for (const auto& wanted : clients) add_client(wanted, before, now);
    std::ranges::stable_sort(clients_, std::greater{}, [](const Client& c) { return c.network.length; });
}

void RadiusAccounting::add_client(const RadiusClient& wanted, const std::vector<Client>& before, Timestamp now)
{
    const auto network = parse_subnet(wanted.address);
    if (!network) {
        return notes_.refuse("address of " + wanted.name, "client " + wanted.name,
                             "address: expected an address or a network such as 10.20.0.0/24", now);
    }
    auto secret = read_secret(wanted.secret_file);
    if (!secret) {
        notes_.refuse("secret of " + wanted.name, "client " + wanted.name,
                      wanted.secret_file + ": " + why_no_secret(wanted.secret_file), now);
        const auto same = std::ranges::find(before, wanted.name, &Client::name);
        if (same == before.end()) return;
        secret = same->secret;
    }
    clients_.push_back({wanted.name, *network, *secret, wanted.require_message_authenticator});
}

const RadiusAccounting::Client* RadiusAccounting::find(const IpAddress& sender) const
{
    const auto found =
        std::ranges::find_if(clients_, [&sender](const Client& client) { return client.network.contains(sender); });
    return found == clients_.end() ? nullptr : &*found;
}

std::optional<RadiusRefusal> RadiusAccounting::examine(const RadiusMessage& message, const Client& client) const
{
    constexpr std::uint8_t kMessageAuthenticator = 80;
    if (message.code != radius_code::accounting_request) return RadiusRefusal::wrong_code;
    if (!accounting_request_authentic(message, client.secret)) return RadiusRefusal::bad_authenticator;
    if (!message_authenticator_valid(message, client.secret)) {
        return RadiusRefusal::bad_message_authenticator;
    }
    if (client.require_message_authenticator && message.attribute(kMessageAuthenticator).empty()) {
        return RadiusRefusal::missing_message_authenticator;
    }
    return std::nullopt;
}

std::optional<std::vector<std::uint8_t>> RadiusAccounting::take(Bytes datagram, const IpAddress& sender,
                                                                std::uint16_t port, Timestamp arrival)
{
    const auto* client = find(sender);
    if (client == nullptr) {
        refuse(RadiusRefusal::unknown_client, "", "datagram from " + to_string(sender), arrival);
        return std::nullopt;
    }
    const auto message = decode_radius(datagram);
    if (!message) {
        const auto reason = reason_of(message.error());
        refuse(reason, client->name, std::string(name(reason)), arrival);
        return std::nullopt;
    }
    if (const auto reason = examine(*message, *client)) {
        auto what = std::string(name(*reason));
        if (*reason == RadiusRefusal::bad_authenticator) what += "; is the shared secret the same there?";
        refuse(*reason, client->name, std::move(what), arrival);
        return std::nullopt;
    }
    if (seen_.repeated_request(sender, port, message->identifier, message->authenticator))
        ++repeated_;
    else
        take_genuine(*message, *client, sender, arrival);
    return accounting_response(*message, client->secret);
}

void RadiusAccounting::take_genuine(const RadiusMessage& message, const Client& client, const IpAddress& sender,
                                    Timestamp arrival)
{
    auto record = accounting_record(message);
    if (record) record->sender = sender;
    const auto event = record ? session_event(*record, arrival) : std::unexpected(record.error());
    if (!event) {
        return refuse(RadiusRefusal::unusable_content, client.name, std::string(name(event.error())), arrival);
    }
    const auto skew = clock_skew(*record, arrival).value_or(Duration{0});
    if (skew > kClockTolerance || skew < -kClockTolerance) {
        notes_.warn("clock of " + client.name, "client " + client.name, describe_skew(event->nas, skew), arrival);
    }
    if (seen_.repeated_event(*event, record->delay.count() > 0)) {
        ++repeated_;
        return;
    }
    ++taken_;
    if (!last_event_ || *last_event_ < event->at) last_event_ = event->at;
    handler_(*event);
}

void RadiusAccounting::refuse(RadiusRefusal reason, std::string_view client, std::string what, Timestamp arrival)
{
    ++refused_[static_cast<std::size_t>(reason)];
    const auto kind = std::string(name(reason)) + " " + std::string(client);
    const auto where = client.empty() ? std::string(name(reason)) : "client " + std::string(client);
    notes_.refuse(kind, where, std::move(what), arrival);
}

std::uint64_t RadiusAccounting::refused(RadiusRefusal reason) const
{
    return refused_[static_cast<std::size_t>(reason)];
}

FeedStatus RadiusAccounting::status() const
{
    FeedStatus status;
    status.name = feed_;
    status.taken = taken_;
    status.refused = notes_.count();
    status.last_refusal = notes_.last();
    status.last_event = last_event_;
    return status;
}

}  // namespace breakwatch
