// The generator: a network with a DHCP server, RADIUS with its faults, phones of staff and strangers that come and go,
// and people who mean harm. It knows the truth, and what of it an observer could tell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "stage.hpp"
#include "wire.hpp"

namespace breakwatch::bench {

struct Phone {
    MacAddress mac;
    std::string owner;  // "": a stranger's
    std::string user;   // RADIUS user, "": no RADIUS
    std::string software = "3703010306";
    IpAddress address;
    IpAddress before;    // what it had the last time
    IpAddress address6;  // none: it does not speak IPv6
    bool enrolled_mac = false;
    bool new_macs = false;  // another one each time it comes
};

class Roller {
  public:
    explicit Roller(std::uint64_t seed) : random_(seed), wire_(history_) {}

    History make();

  private:
    int upto(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    bool chance(int percent) { return upto(100) < percent; }
    Duration within(Duration span)
    {
        return Duration{std::uniform_int_distribution<std::int64_t>(0, span.count())(random_)};
    }
    MacAddress random_mac();

    void tell(Timestamp at, const Observation& fact) { history_.shown.push_back({at, {}, fact}); }
    void grant(const Phone& phone, Timestamp at);
    void session(const Phone& phone, SessionEvent::Kind kind, Timestamp at, const std::string& id,
                 std::optional<IpAddress> address);
    void begin_session(const Phone& phone, Timestamp at, const std::string& id);

    std::optional<IpAddress> free_address(Timestamp at);
    bool arrive(Phone& phone, Timestamp at);
    void visit(Phone& phone, Timestamp from, Timestamp to);
    void leave(Phone& phone, Timestamp at, const std::string& session_id);
    void publish(const Phone& phone, Timestamp at, bool knowable, const std::string& how, bool blind = false);
    std::vector<Phone> make_staff();
    std::vector<Phone> make_strangers();
    void everybody_comes_and_goes(std::vector<Phone>& staff, std::vector<Phone>& strangers);
    void one_withdraws();
    void shared_handset();
    void far_sessions();

    // attacks.cpp
    struct Attack {
        Phone& victim;
        Phone& colleague;
        Phone& bad;
        IpAddress stolen;  // an address of the victim's
        Timestamp moment;
        bool named;  // an observer can tell that the victim's own post is theirs
    };
    void attack(std::vector<Phone>& staff, std::vector<Phone>& strangers);
    void attack_addresses(const Attack& attack, int kind);
    void attack_leases(const Attack& attack, int kind);
    void attack_devices(const Attack& attack, int kind);
    void attack_names(const Attack& attack, int kind);
    void as_nobody(const MacAddress& frame, const IpAddress& from, Timestamp at, const std::string& how,
                   const Manner& manner = {});

    const MacAddress& frame_of(const Phone& phone) const { return routed_ ? kRouter : phone.mac; }
    // Whether anything but a session tells the address of a device behind a router.
    bool located() const { return !routed_ || on_wire_ || by_file_; }

    std::mt19937_64 random_;
    History history_;
    Wire wire_;
    bool routed_ = false;
    bool on_wire_ = true;   // DHCP is in view
    bool by_file_ = false;  // the DHCP server's own file is read
    std::uint32_t lease_seconds_ = 600;
    Duration nas_error_{0};
    std::map<IpAddress, std::pair<MacAddress, Timestamp>> pool_;
    int sessions_ = 0;
};

inline const Timestamp kBegin = test::at("09:00");
inline constexpr int kPool = 6;  // addresses for seven phones and the shared handset

}  // namespace breakwatch::bench
