#include "cli/reason.hpp"

#include <algorithm>

#include "report/plain_text.hpp"

namespace breakwatch {

std::string objection_to(const std::string& reason)
{
    const auto clean = printable(reason);
    if (std::ranges::all_of(clean, [](char c) { return c == ' '; }))
        return "--reason: missing; expected words or a case number, which the audit trail keeps";
    if (clean != reason)
        return "--reason: '" + shortened(clean, 60) +
               "' has characters that do not print; expected one line of UTF-8 text";
    const auto characters = static_cast<std::size_t>(
        std::ranges::count_if(reason, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
    if (characters > kLongestReason)
        return "--reason: " + std::to_string(characters) + " characters; expected at most " +
               std::to_string(kLongestReason);
    return "";
}

}  // namespace breakwatch
