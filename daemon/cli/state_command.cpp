#include "cli/state_command.hpp"

#include <chrono>

#include "base/clock.hpp"
#include "cli/open_case.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "report/plain_text.hpp"
#include "report/story.hpp"

namespace breakwatch {

Outcome run_state(const StateOptions& options)
{
    const auto state = parse_state(options.to);
    if (!state)
        return failed("state: found '" + printable(options.to) +
                          "'; expected triaged, principal_notified, answered or closed; for a closed one that is "
                          "reopened, also detected",
                      tool_usage);
    const auto verdict = parse_verdict(options.verdict);
    if (!verdict && !options.verdict.empty())
        return failed("--verdict: found '" + printable(options.verdict) + "'; expected true, false or unknown",
                      tool_usage);
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    const auto before = view_case(options.state, options.id);
    if (!before) return before.error();
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto now = wall_clock();
    const auto set =
        file->set_state(options.id, {*state, verdict}, {operator_name(), options.reason, now}, options.untold);
    if (!set) return failed(set.error());
    const bool reopened = *state < before->incident.state;
    return {tool_success,
            printable(options.id) + (reopened ? " is reopened: " : " is ") + in_words(*state) +
                (verdict ? ", verdict " + std::string(name(*verdict)) : "") +
                "; recorded in the audit trail; the running daemon tells the SIEM\n",
            ""};
}

}  // namespace breakwatch
