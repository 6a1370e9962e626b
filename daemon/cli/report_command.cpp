#include "cli/report_command.hpp"

#include "base/clock.hpp"
#include "cli/open_case.hpp"
#include "cli/write_whole.hpp"
#include "report/report_page.hpp"

namespace breakwatch {

Outcome run_report(const ReportOptions& options)
{
    const auto view = view_case(options.state, options.id);
    if (!view) return view.error();
    const auto page = report_page(*view, wall_clock());
    if (options.output == "-") return {tool_success, page, ""};
    if (const auto wrong = write_whole(options.output, page); !wrong.empty()) return failed("report: " + wrong);
    return {};
}

}  // namespace breakwatch
