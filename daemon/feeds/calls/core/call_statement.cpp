#include "feeds/calls/core/call_statement.hpp"

#include "policy/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace breakwatch {

namespace {

using Reason = AgentStateEvent::Reason;

// Parts of words, in lower case; the first that is in the text decides.
constexpr std::array kReasons{
    std::pair{std::string_view{"lunch"}, Reason::meal},
    std::pair{std::string_view{"meal"}, Reason::meal},
    std::pair{std::string_view{"dinner"}, Reason::meal},
    std::pair{std::string_view{"mittag"}, Reason::meal},
    std::pair{std::string_view{"almuerzo"}, Reason::meal},
    std::pair{std::string_view{"comida"}, Reason::meal},
    std::pair{std::string_view{"repas"}, Reason::meal},
    std::pair{std::string_view{"昼"}, Reason::meal},
    std::pair{std::string_view{"train"}, Reason::training},
    std::pair{std::string_view{"coach"}, Reason::training},
    std::pair{std::string_view{"schulung"}, Reason::training},
    std::pair{std::string_view{"formation"}, Reason::training},
    std::pair{std::string_view{"研修"}, Reason::training},
    std::pair{std::string_view{"wrap"}, Reason::after_call_work},
    std::pair{std::string_view{"acw"}, Reason::after_call_work},
    std::pair{std::string_view{"after call"}, Reason::after_call_work},
    std::pair{std::string_view{"after-call"}, Reason::after_call_work},
    std::pair{std::string_view{"nacharbeit"}, Reason::after_call_work},
    std::pair{std::string_view{"後処理"}, Reason::after_call_work},
    std::pair{std::string_view{"break"}, Reason::break_},
    std::pair{std::string_view{"pause"}, Reason::break_},
    std::pair{std::string_view{"rest"}, Reason::break_},
    std::pair{std::string_view{"coffee"}, Reason::break_},
    std::pair{std::string_view{"toilet"}, Reason::break_},
    std::pair{std::string_view{"bathroom"}, Reason::break_},
    std::pair{std::string_view{"descanso"}, Reason::break_},
    std::pair{std::string_view{"休"}, Reason::break_},
};

}  // namespace

AgentStateEvent::Reason reason_of(std::string_view text)
{
    if (text.empty()) return Reason::none;
    std::string lower(cut_text(text, kLongestCallText));
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto found = std::ranges::find_if(kReasons, [&](const auto& each) { return lower.contains(each.first); });
    return found == kReasons.end() ? Reason::other : found->second;
}

}  // namespace breakwatch
