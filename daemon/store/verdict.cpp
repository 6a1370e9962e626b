#include "store/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "policy/text.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kLongestTicket = 40;

// What is not all is never told as all, nor what is not none as none.
std::string whole_percent(double share)
{
    const auto rounded = std::lround(share * 100);
    return std::to_string(share < 1 && share > 0 ? std::clamp(rounded, 1L, 99L) : rounded);
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool fits_ticket(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._/#:-").find(c) != std::string_view::npos;
}

}  // namespace

std::string_view name(Verdict verdict)
{
    switch (verdict) {
        case Verdict::unknown: return "unknown";
        case Verdict::confirmed: return "true";
        case Verdict::false_alarm: return "false";
    }
    return "";
}

std::optional<Verdict> parse_verdict(std::string_view text)
{
    if (text == "undecided") return Verdict::unknown;
    if (text == "false-alarm") return Verdict::false_alarm;
    for (const auto verdict : {Verdict::unknown, Verdict::confirmed, Verdict::false_alarm}) {
        if (text == name(verdict)) return verdict;
    }
    return std::nullopt;
}

void VerdictCounts::add(Verdict verdict, std::uint64_t count)
{
    switch (verdict) {
        case Verdict::unknown: unknown += count; break;
        case Verdict::confirmed: confirmed += count; break;
        case Verdict::false_alarm: false_alarms += count; break;
    }
}

std::optional<double> VerdictCounts::precision() const
{
    if (judged() == 0) return std::nullopt;
    return static_cast<double>(confirmed) / static_cast<double>(judged());
}

std::string in_words(const VerdictCounts& counts)
{
    const auto text = std::to_string(counts.confirmed) + " found true, " + std::to_string(counts.false_alarms) +
                      " false, " + std::to_string(counts.unknown) + " unknown: ";
    const auto precision = counts.precision();
    if (!precision) return text + "how often it is right is not known";
    return text + whole_percent(*precision) + " % right, 95 % interval " + whole_percent(counts.interval().from) +
           " to " + whole_percent(counts.interval().to) + " %";
}

std::string in_words(const GivenVerdict& given)
{
    auto at = to_rfc3339(given.at).substr(0, 16);
    at[10] = ' ';
    return std::string(name(given.verdict)) + ", by " + given.who + " on " + at + " UTC" +
           (given.reference.empty() ? "" : ", ticket " + given.reference);
}

bool is_ticket_reference(std::string_view text)
{
    return text.size() <= kLongestTicket && std::ranges::all_of(text, fits_ticket) &&
           std::ranges::any_of(text, is_digit) && text.front() != '-';
}

}  // namespace breakwatch
