#include "config/parse_duration.hpp"

#include <charconv>
#include <cstdint>

namespace breakwatch {

std::optional<Duration> parse_duration(std::string_view text)
{
    using namespace std::chrono;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > 1'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text == "ms") return milliseconds{number};
    if (text == "s") return seconds{number};
    if (text == "min") return minutes{number};
    if (text == "h") return hours{number};
    // 292 years is what nanoseconds can hold.
    if ((text == "d" || text == "day" || text == "days") && number <= 36'500) return days{number};
    return std::nullopt;
}

}  // namespace breakwatch
