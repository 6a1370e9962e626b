// What the successive states of a dnsmasq lease file mean. dnsmasq writes the file anew in place
// and not at once, so that it is seen empty or half written: what is there is believed, what is
// missing only after a while. Pure; times come from the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/identity/lease.hpp"

namespace breakwatch {

struct DnsmasqRefusal {
    std::size_t line = 0;
    std::string what;
};

class DnsmasqLeaseTable {
  public:
    // A line that is missing for so long was taken out, since the file state that lacked it.
    static constexpr Duration kSettled = std::chrono::seconds{1};
    // An empty file may also be one that dnsmasq could not write: it tries again after a minute.
    static constexpr Duration kEmptySettled = std::chrono::seconds{90};
    static constexpr std::size_t kLeases = 200'000;

    struct Change {
        bool complete = true;  // false: half written, nothing was taken
        std::vector<Lease> leases;
        std::vector<DnsmasqRefusal> refusals;  // of lines that the state before did not have
    };

    // A state of the file, and when it became so.
    Change read(std::string_view text, Timestamp at);
    // The state is still the one read last: leases whose lines have been missing long enough by now. An empty
    // state lacks lines only once it was seen so twice: dnsmasq empties the file before it writes it.
    std::vector<Lease> settle(Timestamp now);
    std::size_t size() const { return held_.size(); }

  private:
    struct Held {
        MacAddress mac;
        Timestamp from;  // of the last statement
        Timestamp until;
        std::optional<Timestamp> missing_since;
    };
    struct Row {
        MacAddress mac;
        IpAddress ip;
        Timestamp until;
    };

    std::expected<Row, std::string> parse(std::string_view line, bool v6, Timestamp at) const;
    void learn_duid(std::string_view client_id, const Row& row);
    std::vector<Lease> let_go(Timestamp now);
    void take(const Row& row, Timestamp at, Change& change);
    void refuse(std::size_t number, std::string_view line, std::string what, Change& change);

    std::unordered_map<IpAddress, Held> held_;
    std::unordered_map<std::string, Row> duids_;  // DHCPv6 client to its DHCPv4 lease
    std::unordered_set<std::string> bad_;         // refused lines of this state
    std::unordered_set<std::string> bad_before_;  // and of the one before
    std::optional<Timestamp> emptied_;            // the state read last is empty, since then
};

}  // namespace breakwatch
