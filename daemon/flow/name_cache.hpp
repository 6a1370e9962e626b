// What each client was told by DNS: the last resort for naming a server. As of a moment, with the
// record's time to live, per client; several names for one address are stated as ambiguous. Bounded in octets; a client
// that is told more than its share loses its own oldest, not another's.
#pragma once

#include <bit>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decode/dns_message.hpp"
#include "flow/source_shares.hpp"
#include "policy/types.hpp"

namespace breakwatch {

class NameCache {
  public:
    struct Answer {
        std::string_view name;   // valid until the next learn()
        bool ambiguous = false;  // another name that is still valid shares the address
    };

    static constexpr std::size_t kShares = 16;

    explicit NameCache(std::size_t most_octets)
        : most_octets_(most_octets), shares_(most_octets / kShares), oldest_first_of_(SourceShares::kBuckets)
    {}

    // A response as the client got it. The name asked for counts, not the end of its CNAME chain.
    void learn(const IpAddress& client, const DnsMessage& response, Timestamp at);
    std::optional<Answer> find(const IpAddress& client, const IpAddress& server, Timestamp at) const;
    std::size_t size() const { return entries_.size(); }
    std::size_t octets() const { return octets_; }

  private:
    struct Key {
        IpAddress client;
        IpAddress server;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept
        {
            const std::hash<IpAddress> hash;
            return hash(key.client) ^ std::rotl(hash(key.server), 1);
        }
    };
    struct Named {
        std::string name;
        Timestamp from;
        Timestamp until;
    };
    struct Entry {
        std::vector<Named> names;      // newest last, at most kMostNames
        std::list<Key>::iterator age;  // among all
        std::list<Key>::iterator age_in_share;
        SourceShares::Bucket share = 0;
        std::size_t octets = 0;
    };
    using Entries = std::unordered_map<Key, Entry, KeyHash>;
    static constexpr std::size_t kMostNames = 4;

    void learn_one(const Key& key, const std::string& name, Timestamp from, Timestamp until);

    void weigh(Entry& entry);
    void forget(Entries::iterator at);

    std::size_t most_octets_;
    std::size_t octets_ = 0;
    SourceShares shares_;
    Entries entries_;
    std::list<Key> oldest_first_;
    std::vector<std::list<Key>> oldest_first_of_;  // by share
};

}  // namespace breakwatch
