// What each client was told by DNS: the last resort for naming a server. As of a moment, with the
// record's time to live, per client; several names for one address are stated as ambiguous.
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
#include "policy/types.hpp"

namespace breakwatch {

class NameCache {
  public:
    struct Answer {
        std::string_view name;   // valid until the next learn()
        bool ambiguous = false;  // another name that is still valid shares the address
    };

    explicit NameCache(std::size_t capacity) : capacity_(capacity) {}

    // A response as the client got it. The name asked for counts, not the end of its CNAME chain.
    void learn(const IpAddress& client, const DnsMessage& response, Timestamp at);
    std::optional<Answer> find(const IpAddress& client, const IpAddress& server, Timestamp at) const;
    std::size_t size() const { return entries_.size(); }

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
        std::vector<Named> names;  // newest last, at most kMostNames
        std::list<Key>::iterator age;
    };
    static constexpr std::size_t kMostNames = 4;

    void learn_one(const Key& key, const std::string& name, Timestamp from, Timestamp until);

    std::size_t capacity_;
    std::unordered_map<Key, Entry, KeyHash> entries_;
    std::list<Key> oldest_first_;
};

}  // namespace breakwatch
