#include "cli/replay_alerts_command.hpp"

#include "base/clock.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "policy/types.hpp"
#include "report/plain_text.hpp"
#include "store/owe_again.hpp"

namespace breakwatch {

Outcome run_replay_alerts(const ReplayAlertsOptions& options)
{
    const auto since = parse_rfc3339(options.since);
    if (!since)
        return failed("--since: found '" + printable(options.since) + "'; expected a time such as 2026-11-23T09:00:00Z",
                      tool_usage);
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    const auto count = owe_again(options.state, options.to, *since, {operator_name(), options.reason, wall_clock()});
    if (!count) return failed(count.error());
    return {tool_success,
            std::to_string(*count) + " alerts are owed to " + printable(options.to) +
                " again, with their numbers; recorded in the audit trail; the running daemon sends them within half a "
                "minute\n",
            ""};
}

}  // namespace breakwatch
