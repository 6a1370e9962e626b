#include "cli/state_command.hpp"

#include <chrono>

#include "cli/case_view.hpp"
#include "cli/operator_name.hpp"
#include "cli/plain_text.hpp"
#include "cli/show_command.hpp"
#include "cli/story.hpp"

namespace breakwatch {

namespace {

std::optional<IncidentState> parse_state(const std::string& word)
{
    using enum IncidentState;
    for (const auto state : {triaged, principal_notified, answered, closed}) {
        if (word == name(state)) return state;
    }
    return std::nullopt;
}

}  // namespace

Outcome run_state(const StateOptions& options)
{
    const auto state = parse_state(options.to);
    if (!state)
        return failed("state: found '" + printable(options.to) + "'; expected triaged, principal_notified, answered or closed", tool_usage);
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    if (const auto view = view_case(options.state, options.id); !view) return view.error();
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error().text);
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    const auto set = file->set_state(options.id, *state, {operator_name(), options.reason, now});
    if (!set) return failed(set.error().text);
    return {tool_success, printable(options.id) + " is " + in_words(*state) + "; recorded in the audit trail and told to the SIEM\n", ""};
}

}  // namespace breakwatch
