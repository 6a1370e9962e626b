// JSON in whatever batches and envelopes, cut anywhere: the first octet chooses the pieces.
#include <vector>

#include "feeds/calls/core/call_records.hpp"
#include "fuzz/call_statements.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace breakwatch;
    using Taken = std::vector<std::string>;
    const auto format = CallFormat::json([](std::string_view) { return CallStatements{}; });
    const auto take_into = [](Taken& taken) {
        return [&taken](const CallRecords::Record& record) {
            if (record.text) fuzz::promise(record.text->size() <= kLongestCallRecord, "records are bounded");
            if (!record.text)
                fuzz::promise(!record.text.error().empty() && record.text.error().size() < 200,
                              "a refusal says why, briefly");
            taken.push_back(place_of("", record) + " " + std::string(record.text ? *record.text : "refused"));
        };
    };
    Taken cut;
    CallRecords pieces(format);
    fuzz::feed_in_pieces(Bytes(data, size), [&](std::string_view part) { pieces.feed(part, take_into(cut)); });
    pieces.finish(take_into(cut));
    Taken whole;
    CallRecords at_once(format);
    if (size > 1) at_once.feed(breakwatch::as_text(Bytes(data + 1, size - 1)), take_into(whole));
    at_once.finish(take_into(whole));
    fuzz::promise(cut == whole, "pieces make no difference");
    return 0;
}
