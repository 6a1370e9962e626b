#include "cli/verify_command.hpp"

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "report/plain_text.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kVerdictWidth = 100;

std::string as_json(const Verification& verification)
{
    boost::json::array wrong;
    for (const auto& each : verification.wrong) wrong.emplace_back(each);
    const auto at = verification.signed_to > 0 ? to_rfc3339(verification.signed_at) : "";
    return boost::json::serialize(boost::json::object{{"alerts", verification.alerts},
                                                      {"first", verification.first},
                                                      {"last", verification.last},
                                                      {"head", verification.head},
                                                      {"key", verification.key},
                                                      {"heads", verification.heads},
                                                      {"signed_to", verification.signed_to},
                                                      {"signed_at", at},
                                                      {"outside", verification.outside},
                                                      {"outside_equal", verification.outside_equal},
                                                      {"outside_last", verification.outside_last},
                                                      {"intact", verification.wrong.empty()},
                                                      {"wrong", std::move(wrong)}}) +
           "\n";
}

// How far heads vouch for it, those in the store and those outside.
std::string signatures(const Verification& verification)
{
    std::string text;
    if (verification.key.empty()) {
        text += "not signed: no daemon that signs has written here\n";
    } else if (verification.signed_to > 0) {
        text += "signed up to alert " + std::to_string(verification.signed_to) + " at " +
                to_rfc3339(verification.signed_at) + ", with key\n      " + verification.key + "\n";
    }
    if (verification.outside > 0)
        text +=
            "outside: " + counted(verification.outside, "head") + ", of which this chain has " +
            std::to_string(verification.outside_equal) +
            (verification.outside_equal > 0 ? ", the last of alert " + std::to_string(verification.outside_last) : "") +
            "\n";
    return text;
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
        text += "head  " + verification.head + "\n" + signatures(verification);
        if (verification.outside == 0)
            text +=
                "Rows cut off since the last signed head leave no trace in the file itself, and whoever has the key "
                "can\n"
                "write it anew: hold it against the heads that the SIEM has (--heads FILE).\n";
    }
    return text;
}

}  // namespace

Outcome tell(const Verification& verification, bool json)
{
    return {verification.wrong.empty() ? tool_success : tool_changed,
            json ? as_json(verification) : as_text(verification), ""};
}

namespace {

// Heads of a text that may be long, one after the other.
class OutsideHeads {
  public:
    explicit OutsideHeads(std::istream& in) : in_(in) {}

    std::optional<SignedHead> next()
    {
        while (true) {
            if (auto head = finder_.next(!in_)) return head;
            if (!in_) return std::nullopt;
            in_.read(piece_.data(), static_cast<std::streamsize>(piece_.size()));
            finder_.add({piece_.data(), static_cast<std::size_t>(in_.gcount())});
        }
    }

  private:
    std::istream& in_;
    HeadFinder finder_;
    std::array<char, 65'536> piece_{};
};

// Of the digits themselves, or of a file that has them.
std::expected<ChainPublicKey, std::string> key_of(const std::string& given)
{
    if (const auto key = ChainPublicKey::parse(given)) return *key;
    std::ifstream in(given);
    std::stringstream text;
    if (in) text << in.rdbuf();
    if (const auto key = ChainPublicKey::parse(text.str())) return *key;
    return std::unexpected("--key " + printable(given) +
                           ": expected a public key, 64 hexadecimal digits, or a file with one");
}

}  // namespace

Outcome run_verify(const VerifyOptions& options)
{
    VerifyAgainst against;
    if (!options.key.empty()) {
        const auto key = key_of(options.key);
        if (!key) return failed(key.error(), tool_usage);
        against.key = *key;
    }
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    if (options.heads.empty()) {
        const auto verification = file->verify(against);
        return verification ? tell(*verification, options.json) : failed(verification.error());
    }
    std::ifstream named;
    if (options.heads != "-") named.open(options.heads);
    auto& in = options.heads == "-" ? std::cin : named;
    if (!in) return failed("cannot read " + printable(options.heads.string()));
    OutsideHeads outside(in);
    against.heads = [&outside] { return outside.next(); };
    const auto verification = file->verify(against);
    if (!verification) return failed(verification.error());
    if (verification->outside == 0)
        return failed("no head is in " + printable(options.heads.string()) +
                      "; expected events of breakwatch as the SIEM has them, with their field `head`");
    return tell(*verification, options.json);
}

}  // namespace breakwatch
