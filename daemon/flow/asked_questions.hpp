// The DNS questions that clients asked of late, as keyed hashes: an answer counts only to a question that was seen,
// since anybody can send an answer, and only the first: its asker takes no other. A fixed number of places, some for
// each client, which its own newer questions take: of what lost its place the answer counts for nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "flow/five_tuple.hpp"
#include "policy/keyed_hash.hpp"
#include "policy/types.hpp"

namespace breakwatch {

class AskedQuestions {
  public:
    static constexpr Duration kPatience = std::chrono::seconds{30};

    AskedQuestions() : places_(kPlaces) {}

    // `originator` of the tuple asks `responder`.
    void asked(const FiveTuple& tuple, std::uint16_t id, std::string_view question, Timestamp at)
    {
        const auto hash = hash_of(tuple.originator, tuple.responder, id, question);
        places_[place_of(tuple.originator.ip, hash)] = {hash, at};
    }
    // Of an answer from `originator` to `responder`.
    bool was_asked(const FiveTuple& tuple, std::uint16_t id, std::string_view question, Timestamp at)
    {
        const auto hash = hash_of(tuple.responder, tuple.originator, id, question);
        auto& place = places_[place_of(tuple.responder.ip, hash)];
        if (place.hash != hash || at - place.at > kPatience) return false;
        place = {};
        return true;
    }

  private:
    static constexpr std::size_t kOfClient = 64;
    static constexpr std::size_t kPlaces = 1'024 * kOfClient;
    struct Place {
        std::uint64_t hash = 0;
        Timestamp at;
    };

    static std::size_t place_of(const IpAddress& client, std::uint64_t hash)
    {
        return std::hash<IpAddress>{}(client) % (kPlaces / kOfClient) * kOfClient + hash % kOfClient;
    }
    std::uint64_t hash_of(const Endpoint& client, const Endpoint& resolver, std::uint16_t id,
                          std::string_view question) const
    {
        const std::hash<IpAddress> address;
        KeyedHash hash(secret_);
        hash.add(address(client.ip));
        hash.add(address(resolver.ip));
        hash.add(static_cast<std::uint64_t>(client.port) << 32U | static_cast<std::uint64_t>(resolver.port) << 16U |
                 id);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets of a text
        hash.add(keyed_hash({reinterpret_cast<const std::uint8_t*>(question.data()), question.size()}, secret_));
        return hash.finish(32);
    }

    const HashKey secret_ = table_hash_key();
    std::vector<Place> places_;
};

}  // namespace breakwatch
