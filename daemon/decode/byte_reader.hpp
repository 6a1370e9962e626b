// The one cursor through which wire data is read (pattern: fail once, stay failed).
// A short read makes the reader failed for good: every later read gives zero or an empty span, so
// a decoder reads top to bottom and asks failed() once before it believes anything.
// Does not own the bytes; views it hands out live as long as they do. Network byte order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace breakwatch {

using Bytes = std::span<const std::uint8_t>;

class ByteReader {
  public:
    constexpr explicit ByteReader(Bytes bytes) : rest_(bytes) {}

    constexpr bool failed() const { return failed_; }
    constexpr bool empty() const { return rest_.empty(); }
    constexpr std::size_t size() const { return rest_.size(); }
    constexpr Bytes rest() const { return rest_; }
    // Marks the input as not believable, as a short read would.
    constexpr void fail()
    {
        failed_ = true;
        rest_ = {};
    }

    constexpr std::uint8_t u8() { return big_endian<std::uint8_t>(); }
    constexpr std::uint16_t u16() { return big_endian<std::uint16_t>(); }
    constexpr std::uint32_t u24()
    {
        if (rest_.size() < 3) fail();
        const std::uint32_t first = u8();
        return first << 16U | u16();
    }
    constexpr std::uint32_t u32() { return big_endian<std::uint32_t>(); }
    constexpr std::uint64_t u64() { return big_endian<std::uint64_t>(); }
    constexpr std::uint16_t u16_little()
    {
        const auto value = u16();
        return static_cast<std::uint16_t>(value << 8U | value >> 8U);
    }
    constexpr std::uint32_t u32_little()
    {
        const std::uint32_t low = u16_little();
        return low | static_cast<std::uint32_t>(u16_little()) << 16U;
    }

    // Exactly `count` bytes, or failure.
    constexpr Bytes take(std::size_t count)
    {
        if (count > rest_.size()) {
            fail();
            return {};
        }
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    constexpr void skip(std::size_t count) { take(count); }
    // Up to `count` bytes: what a packet cut by the snap length still has.
    constexpr Bytes take_at_most(std::size_t count) { return take(count < rest_.size() ? count : rest_.size()); }
    // A reader over the next `count` bytes; failed when this one has fewer.
    constexpr ByteReader nested(std::size_t count)
    {
        ByteReader inner(take(count));
        if (failed_) inner.fail();
        return inner;
    }
    // The next byte without taking it; 0 when there is none, which does not fail.
    constexpr std::uint8_t peek(std::size_t offset = 0) const
    {
        return offset < rest_.size() ? rest_[offset] : std::uint8_t{0};
    }

  private:
    // One load where the processor can, octet by octet where the compiler computes.
    template <typename Number>
    constexpr Number big_endian()
    {
        Number value = 0;
        const auto bytes = take(sizeof value);
        if (bytes.size() != sizeof value) return value;
        if consteval {
            for (const auto byte : bytes) value = static_cast<Number>(value << 8U | byte);
        } else {
            std::memcpy(&value, bytes.data(), sizeof value);
            if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
        }
        return value;
    }

    Bytes rest_;
    bool failed_ = false;
};

// The same bytes as characters. The one place where wire bytes become text.
inline std::string_view as_text(Bytes bytes)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): uint8_t to char, both byte types
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace breakwatch
