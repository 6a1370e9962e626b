// A RADIUS packet: its attributes, its authenticators, our answer to it, and the session it tells.
#include "decode/radius_message.hpp"
#include "feeds/radius/radius_attributes.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes datagram(data, size);
    const auto message = decode_radius(datagram);
    if (!message) return 0;
    std::size_t attributes = 0;
    message->for_each([&](std::uint8_t, Bytes value) {
        promise(inside(value, datagram), "an attribute lies in its packet");
        touch(value);
        attributes += value.size() + 2;
    });
    promise(attributes + 20 == message->packet.size(), "attributes fill the packet");
    (void)accounting_request_authentic(*message, "made-up-Secret-1");
    (void)message_authenticator_valid(*message, "made-up-Secret-1");
    const auto answer = accounting_response(*message, "made-up-Secret-1");
    const auto decoded = decode_radius(answer);
    promise(decoded && decoded->identifier == message->identifier, "our answer is well formed");
    (void)session_event(*message, Timestamp{std::chrono::seconds{1'795'420'800}});
    return 0;
}
