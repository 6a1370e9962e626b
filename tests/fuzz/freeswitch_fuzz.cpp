// A stream of FreeSWITCH's event socket: frames, events as JSON and plain text, agent lists.
#include "feeds/calls/freeswitch/freeswitch_calls.hpp"
#include "feeds/calls/freeswitch/freeswitch_frame.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    FreeSwitchFrameReader reader;
    FreeSwitchCalls calls;
    const Timestamp now(std::chrono::seconds{1'795'451'800});
    fuzz::feed_in_pieces(Bytes(data, size), [&](std::string_view piece) {
        reader.feed(piece, [&](const FreeSwitchFrame& frame) {
            if (frame.content_type == "api/response") {
                calls.lost();
                return fuzz::check(calls.agent_list(frame.body, now));
            }
            const auto told = calls.event(frame.body, frame.content_type == "text/event-json");
            if (told) fuzz::check(*told);
        });
    });
    return 0;
}
