#include "feeds/calls/core/call_records.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kLongestValue = 1024UL * 1024;  // a batch may be; its records may not
constexpr const char* kTooLong = "longer than 64 KiB; expected one record on a line";
constexpr const char* kHalfLine = "half a line; expected whole lines";

}  // namespace

CallRecords::CallRecords(const CallFormat& format)
    : framing_(format.framing), envelopes_(format.envelopes), lines_(kLongestCallRecord), texts_(kLongestValue)
{}

void CallRecords::feed(std::string_view bytes, const Take& take)
{
    if (framing_ == CallFormat::Framing::json) {
        return texts_.feed(bytes, [&](const JsonTexts::Text& text) { take_json(text, take); });
    }
    lines_.feed(bytes, [&](std::string_view line, bool too_long) { take_line(line, too_long, take); });
}

void CallRecords::take_line(std::string_view line, bool too_long, const Take& take)
{
    ++line_;
    if (too_long) return take({std::unexpected(kTooLong), line_});
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) take({line, line_});
}

void CallRecords::take_json(const JsonTexts::Text& text, const Take& take) const
{
    if (text.value == nullptr) return take({std::unexpected(std::string(text.wrong)), text.line});
    open_envelope(*text.value, text.text, envelopes_,
                  [&](auto record, std::size_t index) { take({std::move(record), text.line, index}); });
}

void CallRecords::finish(const Take& take)
{
    if (framing_ == CallFormat::Framing::json) {
        texts_.finish([&](const JsonTexts::Text& text) { take_json(text, take); });
    } else if (lines_.pending()) {
        take({std::unexpected(kHalfLine), line_ + 1});
    }
    reset();
}

void CallRecords::finish_whole(const Take& take)
{
    if (framing_ == CallFormat::Framing::lines && lines_.pending()) feed("\n", take);
    finish(take);
}

bool CallRecords::pending() const
{
    return framing_ == CallFormat::Framing::json ? texts_.pending() : lines_.pending();
}

void CallRecords::reset()
{
    lines_.reset();
    line_ = 0;
}

std::string place_of(const std::string& stream, const CallRecords::Record& record)
{
    auto place = stream + ":" + std::to_string(record.line);
    return record.index == 0 ? place : place + "[" + std::to_string(record.index) + "]";
}

}  // namespace breakwatch
