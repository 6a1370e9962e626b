#include "cli/calibrate_live.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <expected>
#include <numeric>

#include "base/clock.hpp"
#include "cli/mark_reader.hpp"
#include "cli/operator_name.hpp"
#include "cli/write_whole.hpp"
#include "config/load_config.hpp"
#include "config/read_values.hpp"
#include "feeds/people/enrolment_file.hpp"
#include "learn/device_watch.hpp"
#include "learn/marks.hpp"
#include "policy/activity/activity_window.hpp"
#include "policy/activity/finding.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 4> kLabels{"text_post", "media_post", "story", kBrowseOnly};
// A device that is on the network and in use is heard within this.
constexpr seconds kSilence{15};

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int)
{
    stop_asked = 1;
}

// A second signal ends the program as usual: nothing is written then.
void stop_on_signals()
{
    stop_asked = 0;
    struct sigaction action = {};
    action.sa_handler = ask_to_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

// What a watch begins with, everything asked for being there and allowed.
struct Setup {
    LiveSettings capture;
    MacAddress device;
    StaffId volunteer;
    std::filesystem::path state;
    PlatformCatalog catalog;
};

struct VolunteersDevice {
    MacAddress mac;
    StaffId owner;
};

std::expected<VolunteersDevice, Outcome> enrolled_device(const std::string& text, const Config& config)
{
    const auto device = parse_mac(text);
    if (!device || device->is_zero() || device->group())
        return std::unexpected(
            failed("--device: found '" + text + "'; expected the MAC address of a device", tool_usage));
    const auto enrolment = load_enrolment(config.enrolment, config.site.time_zone, config.enrolment_encoding);
    if (!enrolment) return std::unexpected(failed(lines_of(enrolment.error())));
    const auto* owner = enrolment->enrolment.by_mac(*device, wall_clock());
    if (owner == nullptr)
        return std::unexpected(failed(to_string(*device) + " is no device of anybody who is enrolled now by " +
                                          config.enrolment.string() + "; only a volunteer's enrolled device is watched",
                                      tool_not_found));
    return VolunteersDevice{*device, owner->staff};
}

std::expected<Setup, Outcome> prepare(const CalibrateLiveOptions& options)
{
    const auto config = load_config(options.config);
    if (!config) return std::unexpected(failed(lines_of(config.error())));
    auto catalog = load_platforms(options.platforms.empty() ? config->platforms : options.platforms);
    if (!catalog) return std::unexpected(failed(lines_of(catalog.error())));
    if (!catalog->platform_index(options.platform))
        return std::unexpected(
            failed("--platform: found '" + options.platform + "'; expected a platform of the table", tool_usage));
    if (std::ranges::find(kLabels, options.label) == kLabels.end())
        return std::unexpected(
            failed("--label: found '" + options.label + "'; expected text_post, media_post, story or browse_only",
                   tool_usage));
    const auto device = enrolled_device(options.device, *config);
    if (!device) return std::unexpected(device.error());
    const auto& configured = config->capture.interfaces;
    if (options.interface.empty() && configured.size() != 1)
        return std::unexpected(
            failed(configured.empty() ? "no interface: expected -i, or capture.interface in " + options.config.string()
                                      : "several interfaces: expected -i, and one of " + listed(configured),
                   tool_usage));
    LiveSettings capture{options.interface.empty() ? configured.front() : options.interface, config->capture.snaplen,
                         config->capture.ring_mib, config->capture.promiscuous, config->capture.filter};
    return Setup{std::move(capture), device->mac, device->owner, config->state_directory, std::move(*catalog)};
}

// Nobody is watched without a record of it. Empty: recorded.
std::string record_in_audit_trail(const Setup& setup, const CalibrateLiveOptions& options)
{
    const auto key = IdentityKey::open(setup.state / "identity.key");
    if (!key)
        return key.error() + "; a volunteer is watched by root or the daemon's user, after the service has run once";
    auto file = CaseFile::open(setup.state);
    if (!file) return file.error();
    const OpeningRequest request{operator_name(), "calibration of " + options.platform + ", " + options.label,
                                 wall_clock()};
    const auto recorded = file->record_watch(key->pseudonym(setup.volunteer), request);
    return recorded ? "" : recorded.error();
}

std::string what_to_mark(const std::string& label)
{
    if (label == kBrowseOnly) return "Browse, like, write and discard as usual, and publish nothing; no marks.";
    return "Enter as the app shows a " + label + " as published; u + Enter takes the last mark back.";
}

// One session from the first look to the last.
class VolunteerSession {
  public:
    VolunteerSession(const CalibrateLiveOptions& options, const Setup& setup, DeviceWatch& watch, const Tell& tell)
        : options_(options), setup_(setup), watch_(watch), tell_(tell), reader_(options.marks_from)
    {}

    // Until the volunteer ends it, then for what follows the last request. The error: the interface has gone.
    std::expected<void, std::string> run()
    {
        begin_ = wall_clock();
        const auto until = options_.seconds > 0 ? begin_ + seconds{options_.seconds} : Timestamp::max();
        while (stop_asked == 0 && !reader_.ended() && wall_clock() < until) {
            if (auto taken = look(); !taken) return taken;
            if (!quiet_told_ && watch_.packets() == 0 && wall_clock() - begin_ > kSilence) tell_quiet();
        }
        end_ = wall_clock();
        tell_("ended; watching for " + to_words(std::chrono::ceil<seconds>(kHold)) +
              " more, for what follows the last request");
        while (wall_clock() - end_ < kHold) {
            if (auto taken = watch_.take(wall_clock()); !taken) return taken;
        }
        return {};
    }

    Outcome conclude()
    {
        const auto packets = watch_.packets();
        const auto refused = watch_.refused();
        if (packets == 0) return failed(unseen(), tool_not_found);
        if (options_.label == kBrowseOnly && !reader_.marks().empty())
            return failed("a mark in a session of browse_only: nothing was written");
        const auto marked = record({options_.output.filename().string(), options_.platform, options_.label,
                                    watch_.finish(), reader_.marks(), begin_, end_},
                                   setup_.catalog);
        if (marked.recording.samples.empty())
            return failed(std::to_string(packets) + " packets, but nothing on " + options_.platform +
                              " that could be a post; connections that were open before it began cannot be read",
                          tool_not_found);
        if (const auto wrong = write_whole(options_.output, to_text(marked.recording)); !wrong.empty())
            return failed(wrong);
        return {tool_success, summary(marked) + losses(refused), ""};
    }

  private:
    std::expected<void, std::string> look()
    {
        auto taken = watch_.take(wall_clock());
        for (const auto& line : reader_.look(wall_clock())) tell_(line);
        return taken;
    }

    std::string unseen() const
    {
        return "nothing was seen of " + to_string(setup_.device) + " on " + setup_.capture.interface +
               ": is it in this network under this address, and does the mirror port carry it?";
    }

    void tell_quiet()
    {
        quiet_told_ = true;
        tell_(unseen());
    }

    std::string summary(const MarkedRecording& marked) const
    {
        const auto posts = marked.recording.posts();
        auto text = options_.output.string() + ": " + std::to_string(posts) + " posts (" + options_.label + ") among " +
                    std::to_string(marked.recording.samples.size()) + " requests on " + options_.platform + "\n";
        std::vector<Duration> apart;
        for (const auto& answer : marked.answers) {
            if (answer) apart.push_back(std::chrono::abs(*answer));
        }
        if (!apart.empty()) {
            const auto sum = std::accumulate(apart.begin(), apart.end(), Duration{0});
            text += "a mark is " + to_words(sum / static_cast<std::int64_t>(apart.size())) +
                    " from its request in the mean, " + to_words(*std::ranges::max_element(apart)) + " at most\n";
        }
        if (const auto none = marked.answers.size() - apart.size(); none > 0) text += unanswered(marked, none);
        return text;
    }

    std::string unanswered(const MarkedRecording& marked, std::size_t count) const
    {
        auto text = std::to_string(count) + " of " + std::to_string(marked.answers.size()) +
                    " marks are answered by no request from " + to_words(kBeforeMark) + " before to " +
                    to_words(kAfterMark) + " after them:";
        constexpr std::size_t kMostShown = 20;
        std::size_t shown = 0;
        for (std::size_t i = 0; i < marked.answers.size() && shown < kMostShown; ++i) {
            if (marked.answers[i]) continue;
            text += (shown++ > 0 ? ", " : " ") + std::to_string(i + 1) + " at " + to_clock(reader_.marks()[i]);
        }
        return text + (count > kMostShown ? " ...\n" : " UTC\n");
    }

    std::string losses(std::uint64_t refused) const
    {
        std::string text;
        if (const auto lost = watch_.lost(); lost > 0)
            text += std::to_string(lost) + " packets were lost by the capture\n";
        if (refused > 0)
            text += std::to_string(refused) + " requests were left out: a session holds " +
                    std::to_string(DeviceWatch::kMostExchanges) + "\n";
        return text;
    }

    const CalibrateLiveOptions& options_;
    const Setup& setup_;
    DeviceWatch& watch_;
    const Tell& tell_;
    MarkReader reader_;
    bool quiet_told_ = false;
    Timestamp begin_;
    Timestamp end_;
};

}  // namespace

Outcome run_calibrate_live(const CalibrateLiveOptions& options, const Tell& tell)
{
    const auto setup = prepare(options);
    if (!setup) return setup.error();
    const auto watch = DeviceWatch::open(setup->capture, setup->device, setup->catalog);
    if (!watch) return failed(watch.error());
    if (const auto wrong = record_in_audit_trail(*setup, options); !wrong.empty())
        return failed("not watched, for it cannot be recorded in the audit trail: " + wrong);
    stop_on_signals();
    tell("watching " + to_string(setup->device) + " alone on " + setup->capture.interface + ", " + options.platform +
         " alone; close the app and open it now. " + what_to_mark(options.label) + " Ctrl-D ends.");
    VolunteerSession session(options, *setup, **watch, tell);
    if (const auto ran = session.run(); !ran) return failed(ran.error() + "; nothing was written");
    return session.conclude();
}

}  // namespace breakwatch
