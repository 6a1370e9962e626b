#include "capture/kernel_filter.hpp"

#include <cstddef>
#include <cstdint>

#include "decode/ip.hpp"
#include "decode/link_layer.hpp"

namespace breakwatch {

namespace {

constexpr std::uint32_t kType = 12;
constexpr std::uint32_t kPacket = 14;
constexpr std::uint32_t kPorts = 4;

// A jump beyond what comes next goes to one of two ends.
enum class To : std::uint8_t { next, take, drop };

class Program {
  public:
    void load(std::uint16_t size, std::uint32_t at) { add(static_cast<std::uint16_t>(BPF_LD | size | BPF_ABS), at); }
    void load_length() { add(BPF_LD | BPF_W | BPF_LEN, 0); }
    void reckon(std::uint16_t operation, std::uint32_t by)
    {
        add(static_cast<std::uint16_t>(BPF_ALU | operation | BPF_K), by);
    }
    void keep() { add(BPF_MISC | BPF_TAX, 0); }
    void mix_with_kept() { add(BPF_ALU | BPF_XOR | BPF_X, 0); }
    void test(std::uint16_t comparison, std::uint32_t with, To yes, To no)
    {
        jumps_.push_back({code_.size(), yes, no});
        add(static_cast<std::uint16_t>(BPF_JMP | comparison | BPF_K), with);
    }
    // The place of a jump whose target is not written yet.
    std::size_t jump_if_not(std::uint16_t comparison, std::uint32_t with)
    {
        add(static_cast<std::uint16_t>(BPF_JMP | comparison | BPF_K), with);
        return code_.size() - 1;
    }
    std::size_t jump()
    {
        add(BPF_JMP | BPF_JA, 0);
        return code_.size() - 1;
    }
    void lands_here(std::size_t jump)
    {
        auto& from = code_[jump];
        const auto distance = code_.size() - jump - 1;
        if (from.code == (BPF_JMP | BPF_JA)) {
            from.k = static_cast<std::uint32_t>(distance);
        } else {
            from.jf = static_cast<std::uint8_t>(distance);
        }
    }
    std::vector<sock_filter> ending_with(std::span<const sock_filter> rest)
    {
        const auto drop = code_.size();
        add(BPF_RET | BPF_K, 0);
        for (const auto& jump : jumps_) {
            const auto distance = [&](To to) {
                if (to == To::next) return std::uint8_t{0};
                return static_cast<std::uint8_t>((to == To::drop ? drop : drop + 1) - jump.at - 1);
            };
            code_[jump.at].jt = distance(jump.yes);
            code_[jump.at].jf = distance(jump.no);
        }
        code_.insert(code_.end(), rest.begin(), rest.end());
        return std::move(code_);
    }

  private:
    struct Jump {
        std::size_t at;
        To yes;
        To no;
    };

    void add(std::uint16_t code, std::uint32_t k) { code_.push_back({code, 0, 0, k}); }

    std::vector<sock_filter> code_;
    std::vector<Jump> jumps_;
};

// With the mixed words of the addresses loaded: this ring's lane is taken, of another's only what comes next is asked.
void take_own_lane(Program& program, Shard ring)
{
    program.reckon(BPF_MUL, kLaneFactor);
    program.reckon(BPF_RSH, 32U - kLaneBits);
    program.reckon(BPF_MOD, ring.count);
    program.test(BPF_JEQ, ring.index, To::take, To::next);
}

// Of a lane that is another's: ports that make it everybody's.
void take_shared_ports(Program& program, std::uint32_t protocol_at, std::uint32_t ports_at)
{
    program.load(BPF_B, protocol_at);
    const auto other_than_tcp = program.jump_if_not(BPF_JEQ, ip_protocol::tcp);
    program.load(BPF_H, ports_at);
    program.test(BPF_JEQ, kSharedTcpPort, To::take, To::next);
    program.load(BPF_H, ports_at + 2);
    program.test(BPF_JEQ, kSharedTcpPort, To::take, To::drop);
    program.lands_here(other_than_tcp);
    program.test(BPF_JEQ, ip_protocol::udp, To::next, To::take);
    for (const auto at : {ports_at, ports_at + 2}) {
        program.load(BPF_H, at);
        for (const auto port : shared_udp_ports()) program.test(BPF_JEQ, port, To::take, To::next);
    }
}

void ipv4(Program& program, Shard ring)
{
    constexpr std::uint32_t kVersionAndLength = 0x45;
    constexpr std::uint32_t kFragment = 0x3fff;
    constexpr std::uint32_t kHeader = 20;
    program.load(BPF_B, kPacket);
    program.test(BPF_JEQ, kVersionAndLength, To::next, To::take);
    program.load(BPF_H, kPacket + 6);
    program.test(BPF_JSET, kFragment, To::take, To::next);
    program.load(BPF_W, kPacket + 12);
    program.keep();
    program.load(BPF_W, kPacket + 16);
    program.mix_with_kept();
    take_own_lane(program, ring);
    program.load(BPF_H, kPacket + 2);
    program.test(BPF_JGE, kHeader + kPorts, To::next, To::take);
    take_shared_ports(program, kPacket + 9, kPacket + kHeader);
}

void ipv6(Program& program, Shard ring)
{
    constexpr std::uint32_t kHeader = 40;
    constexpr std::uint32_t kAddresses = 8;
    program.load_length();
    program.test(BPF_JGE, kPacket + kHeader + kPorts, To::next, To::take);
    program.load(BPF_B, kPacket);
    program.reckon(BPF_RSH, 4);
    program.test(BPF_JEQ, 6, To::next, To::take);
    program.load(BPF_W, kPacket + kAddresses);
    for (auto at = kPacket + kAddresses + 4; at < kPacket + kHeader; at += 4) {
        program.keep();
        program.load(BPF_W, at);
        program.mix_with_kept();
    }
    take_own_lane(program, ring);
    program.load(BPF_H, kPacket + 4);
    program.test(BPF_JGE, kPorts, To::next, To::take);
    take_shared_ports(program, kPacket + 6, kPacket + kHeader);
}

}  // namespace

std::vector<sock_filter> kernel_filter(std::span<const sock_filter> rest, Shard ring)
{
    if (ring.alone()) return {rest.begin(), rest.end()};
    constexpr std::uint32_t kShortest = kPacket + 20 + kPorts;
    Program program;
    program.load_length();
    program.test(BPF_JGE, kShortest, To::next, To::take);  // a load beyond the end would drop the frame
    program.load(BPF_H, kType);
    const auto other_than_ipv4 = program.jump_if_not(BPF_JEQ, ether_type::ipv4);
    ipv4(program, ring);
    const auto another_ring = program.jump();
    program.lands_here(other_than_ipv4);
    program.test(BPF_JEQ, ether_type::ipv6, To::next, To::take);
    ipv6(program, ring);
    program.lands_here(another_ring);
    return program.ending_with(rest);
}

std::vector<sock_filter> take_all_filter(int snaplen)
{
    return {{BPF_RET | BPF_K, 0, 0, static_cast<std::uint32_t>(snaplen)}};
}

}  // namespace breakwatch
