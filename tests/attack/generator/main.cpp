// Sends one kind of attack into an interface, as fast as wished or as the machine can:
//   attack_generator KIND INTERFACE SECONDS RATE     prints packets sent and packets a second
//   attack_generator list | build
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "attack/generator/kinds.hpp"

namespace {

using namespace breakwatch;
using Clock = std::chrono::steady_clock;

int open_socket(const char* interface)
{
    const int socket = ::socket(AF_PACKET, SOCK_RAW, 0);
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);
    place.sll_ifindex = static_cast<int>(::if_nametoindex(interface));
    const int on = 1;
    if (socket < 0 || place.sll_ifindex == 0 ||
        ::setsockopt(socket, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) != 0 ||
        ::bind(socket, reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0) {
        std::perror(interface);
        std::exit(1);
    }
    return socket;
}

class Sender {
  public:
    Sender(int socket, attack::Frames frames) : socket_(socket), frames_(std::move(frames)) {}

    void send(std::size_t count)
    {
        std::array<mmsghdr, kBatch> messages{};
        std::array<iovec, kBatch> parts{};
        for (std::size_t i = 0; i < count; ++i) {
            auto& frame = next();
            parts[i] = {frame.data(), frame.size()};
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        std::size_t sent = 0;
        while (sent < count) {
            const int done = ::sendmmsg(socket_, messages.data() + sent, static_cast<unsigned>(count - sent), 0);
            if (done < 0 && errno != ENOBUFS && errno != EAGAIN) {
                std::perror("sendmmsg");
                std::exit(1);
            }
            sent += done > 0 ? static_cast<std::size_t>(done) : 0;
        }
        total_ += sent;
    }
    std::size_t total() const { return total_; }
    static constexpr std::size_t kBatch = 64;

  private:
    test::Octets& next()
    {
        if (at_ == frames_.frames.size()) {
            at_ = 0;
            ++cycle_;
        }
        auto& frame = frames_.frames[at_++];
        if (cycle_ > 0 && frames_.cycle_at > 0 && ++frame[frames_.cycle_at + 1] == 0) ++frame[frames_.cycle_at];
        return frame;
    }

    int socket_;
    attack::Frames frames_;
    std::size_t at_ = 0;
    std::size_t cycle_ = 0;
    std::size_t total_ = 0;
};

int tell_build()
{
#ifdef __OPTIMIZE__
    std::puts("optimized");
#else
    std::puts("not optimized");
#endif
    return 0;
}

int list()
{
    for (const auto& kind : attack::kinds()) std::printf("%s\t%s\n", kind.name.c_str(), kind.what.c_str());
    return 0;
}

}  // namespace

int main(int count, char** words)
{
    if (count == 2 && std::strcmp(words[1], "list") == 0) return list();
    if (count == 2 && std::strcmp(words[1], "build") == 0) return tell_build();
    if (count != 5) return std::fprintf(stderr, "attack_generator KIND INTERFACE SECONDS RATE | list\n"), 2;
    const auto kind = std::ranges::find(attack::kinds(), std::string(words[1]), &attack::Kind::name);
    if (kind == attack::kinds().end()) return std::fprintf(stderr, "no such kind\n"), 2;
    const double seconds = std::atof(words[3]);
    const double rate = std::atof(words[4]);
    Sender sender(open_socket(words[2]), kind->make());
    std::puts("ready");
    std::fflush(stdout);
    const auto begin = Clock::now();
    const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    while (passed() < seconds) {
        const auto owed = rate * passed() - static_cast<double>(sender.total());
        if (owed >= static_cast<double>(Sender::kBatch)) {
            sender.send(Sender::kBatch);
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
    }
    std::printf("%zu %.0f\n", sender.total(), static_cast<double>(sender.total()) / passed());
    return 0;
}
