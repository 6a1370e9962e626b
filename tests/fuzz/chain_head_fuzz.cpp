// Heads in whatever text: the same however it comes in pieces, and each a word that is found again.
#include "fuzz/call_statements.hpp"
#include "store/chain_head.hpp"

namespace {

std::vector<breakwatch::SignedHead> all_of(breakwatch::HeadFinder& finder, bool at_end)
{
    std::vector<breakwatch::SignedHead> all;
    while (auto head = finder.next(at_end)) all.push_back(*head);
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    HeadFinder by_pieces;
    std::vector<SignedHead> found;
    std::string text;
    fuzz::feed_in_pieces(Bytes(data, size), [&](std::string_view piece) {
        text += piece;
        by_pieces.add(piece);
        for (auto& head : all_of(by_pieces, false)) found.push_back(std::move(head));
    });
    for (auto& head : all_of(by_pieces, true)) found.push_back(std::move(head));
    HeadFinder at_once;
    at_once.add(text);
    fuzz::promise(all_of(at_once, true) == found, "cut or whole, the same heads");
    for (const auto& head : found) {
        HeadFinder again;
        again.add(to_word(head));
        fuzz::promise(again.next(true) == head, "a head that is written again is found again");
    }
    return 0;
}
