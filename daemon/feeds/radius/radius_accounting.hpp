// Accounting-Requests as datagrams: from whom, genuine or not, seen before or not, and what they
// say. No socket and no clock: the listener, a capture and the tests use the same. Main thread
// only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/radius_message.hpp"
#include "feeds/core/feed.hpp"
#include "feeds/core/refusal_notes.hpp"
#include "feeds/radius/radius_duplicates.hpp"
#include "policy/identity/subnet.hpp"

namespace breakwatch {

struct RadiusClient {
    std::string name;         // in messages: "wlc-floor"
    std::string address;      // "10.20.0.2", or a network "10.20.0.0/24"; the narrowest wins
    std::string secret_file;  // its first line is the secret, blanks and quotes included
    // Refuse requests without one (RFC 2869 section 5.14 leaves it optional for accounting).
    bool require_message_authenticator = false;
};

// Why a datagram was not taken.
enum class RadiusRefusal : std::uint8_t {
    unknown_client,
    truncated,   // shorter than a header, or than its Length says
    bad_length,  // Length or an attribute's length contradicts its surroundings
    wrong_code,
    bad_authenticator,
    bad_message_authenticator,
    missing_message_authenticator,
    unusable_content,  // genuine, but without what a session needs
    count
};
std::string_view name(RadiusRefusal refusal);

class RadiusAccounting {
  public:
    RadiusAccounting(std::string feed, std::size_t remembered_requests, Feed::Handler handler);

    // Reads the secrets. A client whose secret or address cannot be read is told of; it keeps the
    // secret it had.
    void set_clients(const std::vector<RadiusClient>& clients, Timestamp now);

    // The Accounting-Response that is due: to every genuine request, repeats and unusable ones too,
    // as their sender would send them again for ever.
    std::optional<std::vector<std::uint8_t>> take(Bytes datagram, const IpAddress& sender, std::uint16_t port,
                                                  Timestamp arrival);

    std::uint64_t refused(RadiusRefusal reason) const;
    std::uint64_t duplicates() const { return repeated_; }
    FeedStatus status() const;  // `up` is the listener's to say

  private:
    struct Client {
        std::string name;
        Subnet network;
        std::string secret;
        bool require_message_authenticator = false;
    };

    void add_client(const RadiusClient& wanted, const std::vector<Client>& before, Timestamp now);
    const Client* find(const IpAddress& sender) const;
    std::optional<RadiusRefusal> examine(const RadiusMessage& message, const Client& client) const;
    void take_genuine(const RadiusMessage& message, const Client& client, const IpAddress& sender, Timestamp arrival);
    void refuse(RadiusRefusal reason, std::string_view client, std::string what, Timestamp arrival);

    std::string feed_;
    Feed::Handler handler_;
    RefusalNotes notes_;
    RadiusDuplicates seen_;
    std::vector<Client> clients_;  // narrowest network first
    std::array<std::uint64_t, static_cast<std::size_t>(RadiusRefusal::count)> refused_{};
    std::uint64_t repeated_ = 0;
    std::uint64_t taken_ = 0;
    std::optional<Timestamp> last_event_;
};

}  // namespace breakwatch
