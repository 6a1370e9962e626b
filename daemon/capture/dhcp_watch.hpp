// Whose DHCP messages are believed: answers of the configured or first learnt servers, releases that their own frames
// do not contradict; and which client software a device's requests show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "capture/link_config.hpp"
#include "decode/dhcp_message.hpp"
#include "flow/five_tuple.hpp"
#include "flow/frame_context.hpp"

namespace breakwatch {

class DhcpWatch {
  public:
    enum class Answer : std::uint8_t { believed, repeated, unknown_server };
    static constexpr std::size_t kServers = 64;
    static constexpr std::size_t kRecent = 64;
    static constexpr Duration kRepeats = std::chrono::seconds{10};  // a mirror shows both sides of a relay

    explicit DhcpWatch(const LinkConfig& link) : listed_(link.dhcp_servers), listed_macs_(link.dhcp_server_macs) {}

    // Of an ACK; `server`: option 54, else the packet's source.
    Answer answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context);
    Answer answer6(const FiveTuple& tuple, const FrameContext& context);
    // Whether a RELEASE or DECLINE can be the client's own: its frame and address are the client's, or a router's.
    static bool may_be_clients(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context,
                               bool by_router);
    // True: the device's requests were made by other software before. One print is kept of a device.
    bool another_client(const DhcpMessage& message, Timestamp at);
    // Of a device whose owner RADIUS may tell later: its print waits as long as its MAC does.
    void note_unknown(const DhcpMessage& message, Timestamp at);
    // Forgets prints of devices that are not wanted any more.
    template <typename Wanted>
    void keep_only(const Wanted& wanted)
    {
        std::erase_if(prints_, [&](const auto& entry) { return !wanted(entry.first); });
    }

  private:
    static constexpr std::size_t kWaiting = 1'024;
    static constexpr Duration kWait = std::chrono::minutes{10};

    struct Waiting {
        MacAddress client;
        std::uint64_t print = 0;
        Timestamp at;
    };
    struct Server {
        IpAddress id;
        MacAddress mac;
        std::uint16_t vlan = 0;
    };
    struct Recent {
        std::uint32_t transaction = 0;
        MacAddress client;
        IpAddress ip;
        Timestamp at;
    };

    bool believes(const IpAddress& id, const FrameContext& context);

    std::vector<IpAddress> listed_;
    std::vector<MacAddress> listed_macs_;
    std::vector<Server> learnt_;
    std::deque<Recent> recent_;
    std::unordered_map<MacAddress, std::uint64_t> prints_;
    std::deque<Waiting> waiting_;
};

}  // namespace breakwatch
