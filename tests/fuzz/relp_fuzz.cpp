// What a RELP receiver says: the same frames however the stream is cut, within their bounds.
#include "alerts/transports/relp_frame.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    RelpParser by_pieces;
    std::vector<RelpFrame> frames;
    bool good = true;
    std::string all;
    fuzz::feed_in_pieces(Bytes(data, size), [&](std::string_view piece) {
        all += piece;
        good = good && by_pieces.take(piece, frames);
    });
    RelpParser at_once;
    std::vector<RelpFrame> whole;
    const bool also_good = at_once.take(all, whole);
    fuzz::promise(good == also_good, "cut or whole, the same octets are good");
    fuzz::promise(frames.size() == whole.size(), "cut or whole, as many frames");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const auto& frame = whole[i];
        fuzz::promise(frames[i].data == frame.data, "cut or whole, the same data");
        fuzz::promise(frame.transaction <= kMostRelpTransaction, "a frame is within its bounds");
        fuzz::promise(frame.data.size() <= RelpParser::kMostData, "a frame is within its bounds");
        RelpParser again;
        std::vector<RelpFrame> same;
        fuzz::promise(again.take(relp_frame(frame.transaction, frame.command, frame.data), same) && same.size() == 1,
                      "a frame that is written again is one again");
        if (const auto answer = relp_answer(frame.data))
            fuzz::promise(answer->code <= 999 && answer->text.size() <= 80, "a frame is within its bounds");
    }
    return 0;
}
