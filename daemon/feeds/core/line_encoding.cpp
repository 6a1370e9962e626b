#include "feeds/core/line_encoding.hpp"

#include <algorithm>

#include "config/recognise_encoding.hpp"
#include "feeds/core/text_encoding.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

std::string told(Encoding encoding)
{
    const std::string word(name(encoding));
    return "not UTF-8, read as " + word + "; set encoding: " + word + " to be sure";
}

}  // namespace

LineEncoding::Line LineEncoding::decode(std::string_view octets)
{
    if (std::ranges::all_of(octets, [](char c) { return c >= 0x20 && c < 0x7f; })) return {std::string(octets), {}};
    if (const auto done = decode_text("", octets, encoding_)) {
        if (!done->recognised) return {done->text, {}};
        recognised_ = done->encoding;
        return {done->text, told(done->encoding)};
    }
    if (recognised_) {
        if (const auto done = decode_text("", octets, *recognised_)) return {done->text, told(*recognised_)};
    }
    auto note = std::string("not ") + std::string(name(encoding_ == Encoding::automatic ? Encoding::utf_8 : encoding_));
    const auto seems = recognise_encoding(octets).seems;
    note += seems.empty() ? "; what cannot be read is replaced"
                          : ", it seems to be " + seems + ": set encoding: to what it is";
    return {clean_text(octets, TextShape::lines), std::move(note)};
}

}  // namespace breakwatch
