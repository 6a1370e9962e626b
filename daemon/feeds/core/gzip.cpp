#include "feeds/core/gzip.hpp"

#include <zlib.h>

#include <array>

namespace breakwatch {

bool is_gzip(std::string_view bytes)
{
    return bytes.starts_with("\x1f\x8b");
}

std::optional<std::string> unzip(std::string_view packed, std::size_t most)
{
    z_stream stream{};
    constexpr int kGzip = 15 + 16;
    if (inflateInit2(&stream, kGzip) != Z_OK) return std::nullopt;
    std::string in(packed);
    std::string out;
    std::array<char, 16UL * 1024> part{};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to unsigned char, both byte types
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    int said = Z_OK;
    while (said == Z_OK && out.size() <= most) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
        stream.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.avail_out = part.size();
        said = inflate(&stream, Z_NO_FLUSH);
        out.append(part.data(), part.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    return said == Z_STREAM_END && out.size() <= most ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace breakwatch
