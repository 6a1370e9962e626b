#include "cli/calibrate_live.hpp"

#include "cli/stop_signals.hpp"
#include "cli/volunteer_session.hpp"
#include "cli/write_whole.hpp"
#include "learn/recording.hpp"

namespace breakwatch {

namespace {

std::string what_to_mark(const std::string& label)
{
    if (label == kBrowseOnly) return "Browse, like, write and discard as usual, and publish nothing; no marks.";
    return "Enter as the app shows a " + label + " as published; u + Enter takes the last mark back.";
}

}  // namespace

Outcome run_calibrate_live(const CalibrateLiveOptions& options, const Tell& tell)
{
    const auto setup = prepare_watch(options.watch);
    if (!setup) return setup.error();
    const auto watch = DeviceWatch::open(setup->capture, setup->device, setup->catalog);
    if (!watch) return failed(watch.error());
    if (const auto wrong = record_in_audit_trail(*setup, options.watch); !wrong.empty())
        return failed("not watched, for it cannot be recorded in the audit trail: " + wrong);
    stop_on_signals();
    tell("watching " + to_string(setup->device) + " alone on " + setup->capture.interface + ", " +
         options.watch.platform + " alone; close the app and open it now. " + what_to_mark(options.watch.label) +
         " Ctrl-D ends.");
    InputLines keyboard(options.marks_from);
    MarkReader reader(keyboard, options.watch.label == kBrowseOnly);
    VolunteerSession session(options.watch, *setup, **watch, reader, tell);
    session.run({.at_most = std::chrono::seconds{options.seconds}});
    const auto marked = session.conclude(options.output.filename().string());
    const auto gone = session.cut_short().empty() ? "" : "breakwatch: " + session.cut_short() + "\n";
    if (!marked) return {marked.error().exit_code, "", gone + failed(marked.error().why).err};
    if (const auto wrong = write_whole(options.output, to_text(marked->recording)); !wrong.empty())
        return {tool_failure, "", gone + failed(wrong).err};
    const auto text = session.summary(*marked, options.output);
    if (gone.empty()) return {tool_success, text, ""};
    return {tool_failure, text, gone + "breakwatch: what came before that was kept\n"};
}

}  // namespace breakwatch
