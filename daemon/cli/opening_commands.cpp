#include "cli/opening_commands.hpp"

#include <fstream>

#include "base/clock.hpp"
#include "cli/open_case.hpp"
#include "cli/operator_name.hpp"
#include "cli/passphrase.hpp"
#include "cli/reason.hpp"
#include "cli/write_whole.hpp"
#include "config/parse_duration.hpp"
#include "report/plain_text.hpp"
#include "store/opening.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

constexpr Duration kLongestRequest = std::chrono::days{30};
constexpr std::size_t kLargestFile = 1U << 20U;  // of a key, a request or an approval

std::expected<std::string, std::string> small_file(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string text(kLargestFile + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad() || (text.empty() && !in.is_open())) return std::unexpected(file.string() + ": cannot be read");
    if (text.size() > kLargestFile)
        return std::unexpected(file.string() + ": is over a MiB; expected a file of breakwatch");
    return text;
}

std::string names_in(const OpeningAsk& ask)
{
    std::string names;
    for (const auto& opener : ask.identity.openers) names += (names.empty() ? "" : ", ") + printable(opener.name);
    return names;
}

std::string in_words(const OpeningAsk& ask)
{
    return "request " + printable(ask.id) + ": " + printable(ask.by) + " asks whom incident " +
           printable(ask.about.incident) + " (" + printable(ask.about.subject) + ") is about, until " +
           to_rfc3339(ask.until) + "\n  reason: " + printable(ask.reason) + "\n";
}

// A request's file where there is one of that name; else what the state directory has.
std::expected<OpeningAsk, std::string> request_meant(const ApproveOptions& options, bool of_file)
{
    if (!of_file) {
        const auto file = CaseFile::open(options.state);
        if (!file)
            return std::unexpected("'" + printable(options.what) + "' is no request's file, and " + file.error());
        return file->opening_asked(options.what);
    }
    const auto text = small_file(options.what);
    if (!text) return std::unexpected(text.error());
    auto ask = opening_ask_from_json(*text);
    if (!ask) return std::unexpected(options.what + ": " + ask.error());
    return ask;
}

std::expected<Approval, Outcome> approval_of(const OpeningAsk& ask, const ApproveOptions& options)
{
    const auto content = small_file(options.opener);
    if (!content) return std::unexpected(failed("--opener: " + content.error()));
    const auto passphrase = read_passphrase({.file = options.passphrase_file,
                                             .before = in_words(ask),
                                             .prompt = "Passphrase of " + options.opener.string() + ", to approve",
                                             .twice = false});
    if (!passphrase) return std::unexpected(failed(passphrase.error(), tool_usage));
    const auto secret = OpenerSecret::unlock(*content, *passphrase);
    if (!secret) return std::unexpected(failed("--opener: " + options.opener.string() + ": " + secret.error()));
    auto approval = approve(ask, *secret, wall_clock());
    if (!approval) return std::unexpected(failed(approval.error()));
    return std::move(*approval);
}

}  // namespace

Outcome run_ask(const AskOptions& options)
{
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    const auto within = parse_duration(options.within);
    if (!within || *within < std::chrono::minutes{1} || *within > kLongestRequest)
        return failed("--for: found '" + printable(options.within) + "'; expected a time from 1min to 30 days",
                      tool_usage);
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto incident = file->incident(options.id);
    if (!incident) return failed(incident.error());
    if (!*incident) return no_such_incident(*file, options.id, options.state);
    const auto now = wall_clock();
    const auto ask = file->ask_opening(options.id, {operator_name(), options.reason, now}, now + *within);
    if (!ask) return failed(ask.error());
    auto out = in_words(*ask) + "Two of " + names_in(*ask) + " have to approve: `breakwatch approve " + ask->id + "`";
    if (options.output.empty()) return {tool_success, out + "\n", ""};
    if (const auto wrong = write_whole(options.output, to_json(*ask) + "\n", 0640); !wrong.empty())
        return failed(wrong + "; request " + ask->id + " is recorded all the same");
    return {tool_success, out + ", or elsewhere with " + options.output.string() + "\n", ""};
}

Outcome run_approve(const ApproveOptions& options)
{
    std::error_code error;
    const bool of_file = std::filesystem::is_regular_file(options.what, error);
    if (of_file && options.output.empty())
        return failed("-o: missing; expected the file for the approval, which goes back to the sensor", tool_usage);
    const auto ask = request_meant(options, of_file);
    if (!ask) return failed(ask.error());
    const auto approval = approval_of(*ask, options);
    if (!approval) return approval.error();
    const auto approved = in_words(*ask) + "Approved by " + printable(approval->opener.name);
    if (!options.output.empty()) {
        if (const auto wrong = write_whole(options.output, to_json(*approval) + "\n", 0640); !wrong.empty())
            return failed(wrong);
        return {tool_success,
                approved + ", in " + options.output.string() + ". On the sensor: `breakwatch open " +
                    printable(ask->about.incident) + " --with FILE --with FILE`\n",
                ""};
    }
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto brought = file->bring_approval(*approval, {operator_name(), ask->reason, wall_clock()});
    if (!brought) return failed(brought.error());
    return {tool_success,
            approved + "; recorded in the audit trail. After two: `breakwatch open " + printable(ask->about.incident) +
                "`\n",
            ""};
}

Outcome run_open(const OpenOptions& options)
{
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto incident = file->incident(options.id);
    if (!incident) return failed(incident.error());
    if (!*incident) return no_such_incident(*file, options.id, options.state);
    const auto key = IdentityKey::open(options.state / "identity.key");
    if (!key) return failed(key.error() + "; identities are opened by the daemon's user or root");
    for (const auto& path : options.approvals) {
        const auto text = small_file(path);
        if (!text) return failed("--with: " + text.error());
        const auto approval = approval_from_json(*text);
        if (!approval) return failed("--with: " + path.string() + ": " + approval.error());
        if (approval->incident != options.id)
            return failed("--with: " + path.string() + ": is an approval of incident " + printable(approval->incident) +
                          "; expected one of " + options.id);
        const auto brought = file->bring_approval(*approval, {operator_name(), "", wall_clock()});
        if (!brought) return failed("--with: " + path.string() + ": " + brought.error());
    }
    const auto now = wall_clock();
    const auto staff = file->open_approved(options.id, operator_name(), now, *key);
    if (!staff) return failed(staff.error());
    return {tool_success, printable(options.id) + " is about staff id " + printable(staff->value) + "\n",
            "recorded in the audit trail, for the running daemon to tell the SIEM: " + operator_name() + ", " +
                to_rfc3339(now) + "\n"};
}

}  // namespace breakwatch
