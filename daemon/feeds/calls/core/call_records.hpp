// The records of a format out of a byte stream cut anywhere: lines, or JSON in whatever batches and
// envelopes it comes. One per file, pipe, connection or request. Main thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_format.hpp"
#include "feeds/core/json_texts.hpp"
#include "feeds/core/line_splitter.hpp"

namespace breakwatch {

class CallRecords {
  public:
    struct Record {
        std::expected<std::string_view, std::string> text;  // or in words why there is none; valid during the call
        std::uint64_t line = 0;                             // on which it, or its batch, begins
        std::size_t index = 0;                              // in its batch, from 1; 0: it stands alone
    };
    using Take = std::function<void(const Record&)>;

    explicit CallRecords(const CallFormat& format);

    void feed(std::string_view bytes, const Take& take);
    // The stream is over, or goes on with something else: what is half there is refused.
    void finish(const Take& take);
    // The stream is over: a last line needs no end.
    void finish_whole(const Take& take);
    bool pending() const;

  private:
    void take_line(std::string_view line, bool too_long, const Take& take);
    void take_json(const JsonTexts::Text& text, const Take& take) const;
    void reset();

    CallFormat::Framing framing_;
    Envelopes envelopes_;
    LineSplitter lines_;
    JsonTexts texts_;
    std::uint64_t line_ = 0;
};

// "calls.ndjson:17[3]": where a record stands, for people.
std::string place_of(const std::string& stream, const CallRecords::Record& record);

}  // namespace breakwatch
