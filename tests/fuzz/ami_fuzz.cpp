// A stream of Asterisk's manager interface, with a connection lost now and then.
#include "feeds/calls/asterisk/ami_calls.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    AmiFrameReader reader;
    AmiCalls calls;
    Timestamp now(std::chrono::seconds{1'795'451'800});
    calls.status_asked();
    unsigned frames = 0;
    fuzz::feed_in_pieces(Bytes(data, size), [&](std::string_view piece) {
        now += std::chrono::seconds{1};
        reader.feed(piece, [&](const AmiFrame& frame) {
            fuzz::check(calls.take(frame, now));
            if (++frames % 16 != 0) return;
            calls.lost(now);
            calls.status_asked();
        });
    });
    return 0;
}
