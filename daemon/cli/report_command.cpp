#include "cli/report_command.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "cli/report_page.hpp"

namespace breakwatch {

namespace {

// Beside the file, then renamed: never half a page. For its owner alone: whom it may concern is not ours to say.
std::string write_whole(const std::filesystem::path& file, const std::string& content)
{
    const auto fresh = file.string() + ".new";
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) return fresh + ": " + std::strerror(errno);
    std::size_t done = 0;
    while (done < content.size()) {
        const auto wrote = ::write(out, content.data() + done, content.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    const bool whole = done == content.size();
    const auto why = std::string(std::strerror(errno));
    ::close(out);
    if (whole && ::rename(fresh.c_str(), file.c_str()) == 0) return "";
    const auto reason = whole ? std::string(std::strerror(errno)) : why;
    ::unlink(fresh.c_str());
    return file.string() + ": " + reason;
}

}  // namespace

Outcome run_report(const ReportOptions& options)
{
    const auto view = view_case(options.state, options.id);
    if (!view) return view.error();
    const auto page = report_page(*view, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
    if (options.output == "-") return {tool_success, page, ""};
    if (const auto wrong = write_whole(options.output, page); !wrong.empty()) return failed("report: " + wrong);
    return {};
}

}  // namespace breakwatch
