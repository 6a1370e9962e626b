#include "feeds/calls/mapped/record_text.hpp"

#include <iconv.h>

#include <algorithm>

namespace breakwatch {

std::optional<std::string> record_text(std::string_view bytes, const std::string& encoding)
{
    const bool plain = std::ranges::all_of(bytes, [](char c) { return c > 0 && c < 0x7f; });
    if (plain) return std::string(bytes);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): iconv's own way to say that it failed
    const auto failed = reinterpret_cast<iconv_t>(-1);
    const auto converter = ::iconv_open("UTF-8", encoding.empty() ? "UTF-8" : encoding.c_str());
    if (converter == failed) return std::nullopt;
    std::string in(bytes);
    std::string out(bytes.size() * 4 + 4, '\0');
    char* from = in.data();
    char* to = out.data();
    std::size_t left = in.size();
    std::size_t room = out.size();
    const auto changed = ::iconv(converter, &from, &left, &to, &room);
    ::iconv_close(converter);
    if (changed == static_cast<std::size_t>(-1) || left > 0) return std::nullopt;
    out.resize(out.size() - room);
    return out;
}

}  // namespace breakwatch
