#include "cli/volunteer_session.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "cli/stop_signals.hpp"
#include "policy/activity/activity_window.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

namespace {

using std::chrono::seconds;

// A device that is on the network and in use is heard within this; one that was heard may rest a little.
constexpr seconds kSilence{15};
constexpr seconds kLongSilence{90};

}  // namespace

VolunteerSession::VolunteerSession(const WatchOptions& options, const WatchSetup& setup, DeviceWatch& watch,
                                   MarkReader& reader, const Tell& tell, std::function<void()> beside)
    : options_(options),
      setup_(setup),
      watch_(watch),
      reader_(reader),
      tell_(tell),
      beside_(std::move(beside)),
      begin_(wall_clock()),
      end_(begin_),
      heard_(begin_)
{}

void VolunteerSession::run(const SessionBounds& bounds)
{
    const auto until = bounds.at_most > Duration{0} ? begin_ + bounds.at_most : Timestamp::max();
    for (auto now = begin_; !stop_asked() && !reader_.ended() && now < until && !enough(bounds, now);
         now = wall_clock()) {
        for (const auto& line : reader_.look(now)) tell_(line);
        if (!look()) {
            // What followed the last requests was not seen: they teach nothing.
            end_ = std::max(begin_, wall_clock() - kHold);
            return;
        }
        tell_silence(wall_clock());
    }
    ending_ = true;
    end_ = wall_clock();
    if (reader_.discarded()) return;
    tell_("ended; watching for " + to_words(std::chrono::ceil<seconds>(kHold)) +
          " more, for what follows the last request");
    while (wall_clock() - end_ < kHold) {
        if (look()) continue;
        end_ = std::max(begin_, wall_clock() - kHold);
        return;
    }
}

// False: the interface has gone.
bool VolunteerSession::look()
{
    const auto taken = watch_.take(wall_clock());
    if (beside_) beside_();
    if (!taken) cut_short_ = taken.error();
    return taken.has_value();
}

bool VolunteerSession::enough(const SessionBounds& bounds, Timestamp now)
{
    if (bounds.marks == 0) return false;
    if (reader_.marks().size() < bounds.marks) {
        enough_since_.reset();
        return false;
    }
    if (!enough_since_) {
        enough_since_ = now;
        tell_("that is all of this session: it ends in " + to_words(kGrace) +
              "; u + Enter now, if the last mark was a mistake");
    }
    return now - *enough_since_ >= kGrace;
}

void VolunteerSession::tell_silence(Timestamp now)
{
    if (watch_.packets() != packets_) {
        packets_ = watch_.packets();
        heard_ = now;
        silence_told_ = false;
        return;
    }
    if (silence_told_ || now - heard_ <= (packets_ == 0 ? kSilence : kLongSilence)) return;
    silence_told_ = true;
    tell_(packets_ == 0 ? unseen()
                        : "nothing was heard of the device for " + to_words(kLongSilence) +
                              ": is it in use, and on this network?");
}

std::string VolunteerSession::unseen() const
{
    return "nothing was seen of " + to_string(setup_.device) + " on " + setup_.capture.interface +
           ": is it in this network under this address, and does the mirror port carry it?";
}

std::expected<MarkedRecording, NothingKept> VolunteerSession::conclude(const std::string& name)
{
    if (reader_.discarded()) return std::unexpected(NothingKept{"the session was thrown away: nothing was written"});
    const auto packets = watch_.packets();
    if (packets == 0) return std::unexpected(NothingKept{unseen(), tool_not_found});
    auto marked = record({name, options_.platform, options_.label, watch_.finish(), reader_.marks(), begin_, end_},
                         setup_.catalog);
    if (!marked.recording.samples.empty()) return marked;
    return std::unexpected(
        NothingKept{std::to_string(packets) + " packets, but nothing on " + options_.platform +
                        " that could be a post; connections that were open before it began cannot be read",
                    tool_not_found});
}

std::string VolunteerSession::summary(const MarkedRecording& marked, const std::filesystem::path& file) const
{
    return file.string() + ": " + std::to_string(marked.recording.posts()) + " posts (" + options_.label + ") among " +
           std::to_string(marked.recording.samples.size()) + " requests on " + options_.platform + "\n" +
           distances(marked) + losses();
}

std::string VolunteerSession::distances(const MarkedRecording& marked) const
{
    std::string text;
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

std::string VolunteerSession::unanswered(const MarkedRecording& marked, std::size_t count) const
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

std::string VolunteerSession::losses() const
{
    std::string text;
    if (const auto lost = watch_.lost(); lost > 0) text += std::to_string(lost) + " packets were lost by the capture\n";
    if (watch_.refused() > 0)
        text += std::to_string(watch_.refused()) + " requests were left out: a session holds " +
                std::to_string(DeviceWatch::kMostExchanges) + "\n";
    return text;
}

}  // namespace breakwatch
