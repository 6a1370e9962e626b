#include "cli/verify_command.hpp"

#include <boost/json.hpp>

#include "report/plain_text.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kVerdictWidth = 100;

std::string as_json(const Verification& verification)
{
    boost::json::array wrong;
    for (const auto& each : verification.wrong) wrong.emplace_back(each);
    return boost::json::serialize(boost::json::object{{"alerts", verification.alerts},
                                                      {"first", verification.first},
                                                      {"last", verification.last},
                                                      {"head", verification.head},
                                                      {"intact", verification.wrong.empty()},
                                                      {"wrong", std::move(wrong)}}) +
           "\n";
}

std::string range_of(const Verification& verification)
{
    if (verification.alerts == 0) return "no alerts are recorded";
    return counted(verification.alerts, "alert") + ", sequence numbers " + std::to_string(verification.first) + " to " +
           std::to_string(verification.last);
}

std::string as_text(const Verification& verification)
{
    std::string text;
    if (verification.wrong.empty()) {
        text = "INTACT: " + range_of(verification) + "; none was changed, none is missing between them\n";
    } else {
        text = "CHANGED: " + range_of(verification) + "; what does not fit:\n";
        for (const auto& each : verification.wrong) text += paragraph(each, 4, "-", kVerdictWidth);
    }
    if (verification.first > 1 && verification.alerts > 0)
        text += paragraph(
            "alerts before number " + std::to_string(verification.first) + " were deleted when their retention ended",
            4, "-", kVerdictWidth);
    if (verification.alerts > 0) {
        text += "head  " + verification.head + "\n";
        text +=
            "Rows cut off at the end leave no trace in the file itself: compare the last number with the SIEM's,\n"
            "or the head with one written down earlier.\n";
    }
    return text;
}

}  // namespace

Outcome tell(const Verification& verification, bool json)
{
    return {verification.wrong.empty() ? tool_success : tool_changed,
            json ? as_json(verification) : as_text(verification), ""};
}

Outcome run_verify(const VerifyOptions& options)
{
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto verification = file->verify();
    if (!verification) return failed(verification.error());
    return tell(*verification, options.json);
}

}  // namespace breakwatch
