#include "cli/kit_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "learn/recording.hpp"
#include "learn/site_fit.hpp"
#include "policy/activity/measured.hpp"

namespace breakwatch {

namespace {

// What one interruption may cost: some minutes of publishing, a third of an hour of browsing.
constexpr std::size_t kPostsOfSession = 10;
constexpr long kMinutesOfSession = 20;
// `fit` holds back one recording in three.
constexpr std::size_t kLeastSessions = 3;
constexpr std::size_t kLongestAppName = 32;

constexpr std::string_view kEnding = ".rec";

bool is_of(const KitRecording& recording, const KitWish& wish, std::string_view label)
{
    return recording.platform == wish.platform && recording.app == wish.app && recording.label == label;
}

std::size_t posts_of_session(std::size_t posts)
{
    const auto sessions = std::max(kLeastSessions, (posts + kPostsOfSession - 1) / kPostsOfSession);
    return (posts + sessions - 1) / sessions;
}

std::size_t sum_of_posts(const std::vector<KitRecording>& recordings, std::size_t from, std::size_t to)
{
    std::size_t sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += recordings[i].posts;
    return sum;
}

bool may_be_fitted(const std::vector<KitRecording>& with_posts)
{
    const auto held = with_posts.size() / kLeastSessions;
    const auto lessons = with_posts.size() - held;
    return with_posts.size() >= kLeastSessions && sum_of_posts(with_posts, 0, lessons) >= kLeastPostsToFit &&
           sum_of_posts(with_posts, lessons, with_posts.size()) >= kLeastPostsHeldBack;
}

// For a shell.
std::string quoted(const std::string& text)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,=@";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
    std::string out = "'";
    for (const auto c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string command(const char* name, const std::vector<KitRecording>& recordings, const KitPlaces& places,
                    const std::filesystem::path& output)
{
    auto text = std::string("  breakwatch calibrate ") + name;
    if (!places.detector.empty()) text += " --model " + quoted(places.detector.string());
    if (!output.empty()) text += " -o " + quoted(output.string());
    for (const auto& recording : recordings) text += " " + quoted((places.folder / recording.file).string());
    return text + "\n";
}

std::string sessions(std::size_t count)
{
    return std::to_string(count) + (count == 1 ? " session" : " sessions");
}

}  // namespace

std::string kit_file_name(const std::string& platform, const std::string& app, const std::string& label,
                          std::size_t number)
{
    return platform + (app.empty() ? "" : "-" + app) + "-" + label + "-" + std::to_string(number) +
           std::string(kEnding);
}

void read_kit_name(KitRecording& recording)
{
    std::string_view name = recording.file;
    const auto head = recording.platform + "-";
    if (!name.starts_with(head) || !name.ends_with(kEnding)) return;
    name.remove_suffix(kEnding.size());
    const auto dash = name.rfind('-');
    const auto digits = name.substr(dash + 1);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return;
    // "x-text_post" or "x-lite-text_post"
    const auto rest = name.substr(0, dash);
    const auto tail = "-" + recording.label;
    if (rest == head + recording.label) {
        recording.number = number;
    } else if (rest.size() > head.size() + tail.size() && rest.ends_with(tail)) {
        recording.number = number;
        recording.app = rest.substr(head.size(), rest.size() - head.size() - tail.size());
    }
}

bool is_app_name(const std::string& app)
{
    return !app.empty() && app.size() <= kLongestAppName && std::ranges::all_of(app, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

KitProgress progress_of(const std::vector<KitRecording>& recordings, const KitWish& wish)
{
    KitProgress progress;
    for (const auto& recording : recordings) {
        if (is_of(recording, wish, kBrowseOnly)) {
            ++progress.browse_sessions;
            progress.minutes += recording.minutes;
        } else if (is_of(recording, wish, wish.label)) {
            ++progress.post_sessions;
            progress.posts += recording.posts;
        }
    }
    return progress;
}

std::optional<KitStep> next_step(const std::vector<KitRecording>& recordings, const KitWish& wish)
{
    const auto progress = progress_of(recordings, wish);
    if (const auto missing = static_cast<double>(wish.minutes) - progress.minutes; missing > 0)
        return KitStep{kBrowseOnly, 0, std::min(kMinutesOfSession, static_cast<long>(std::ceil(missing)))};
    const auto most = posts_of_session(wish.posts);
    if (progress.posts < wish.posts) return KitStep{wish.label, std::min(most, wish.posts - progress.posts), 0};
    // So many are meant to be learned from: then a split that `fit` refuses needs one more to hold back.
    const bool to_be_fitted = wish.posts >= kLeastPostsToFit + kLeastPostsHeldBack;
    if (to_be_fitted && order_for_fit(recordings, wish.platform).empty()) return KitStep{wish.label, most, 0};
    return std::nullopt;
}

std::size_t next_number(const std::vector<KitRecording>& recordings, const KitWish& wish, const std::string& label)
{
    std::size_t last = 0;
    for (const auto& recording : recordings) {
        if (is_of(recording, wish, label)) last = std::max(last, recording.number);
    }
    return last + 1;
}

std::string in_words(const KitProgress& progress, const KitWish& wish)
{
    return std::to_string(progress.posts) + " of " + std::to_string(wish.posts) + " posts in " +
           sessions(progress.post_sessions) + "; " + std::to_string(static_cast<long>(progress.minutes)) + " of " +
           std::to_string(wish.minutes) + " minutes of browsing alone in " + sessions(progress.browse_sessions);
}

std::vector<KitRecording> order_for_fit(const std::vector<KitRecording>& recordings, const std::string& platform)
{
    std::vector<KitRecording> browsing;
    std::vector<KitRecording> with_posts;
    for (const auto& recording : recordings) {
        if (recording.platform == platform)
            (recording.label == kBrowseOnly ? browsing : with_posts).push_back(recording);
    }
    // By age; the largest last where what is held back would be too few.
    std::ranges::stable_sort(with_posts, {}, &KitRecording::number);
    if (!may_be_fitted(with_posts)) std::ranges::stable_sort(with_posts, {}, &KitRecording::posts);
    if (!may_be_fitted(with_posts)) return {};
    std::ranges::copy(browsing, std::back_inserter(with_posts));
    return with_posts;
}

std::string next_commands(const std::vector<KitRecording>& recordings, const std::string& platform,
                          const KitPlaces& places)
{
    std::vector<KitRecording> own;
    double minutes = 0;
    std::size_t posts = 0;
    for (const auto& recording : recordings) {
        if (recording.platform != platform) continue;
        own.push_back(recording);
        posts += recording.posts;
        if (recording.label == kBrowseOnly) minutes += recording.minutes;
    }
    const bool enough = posts >= kLeastPostsMeasured && minutes / 60 >= kLeastBrowseHours;
    // Too little is not to take the place of the record in force.
    const auto measured = places.measured.empty() || !enough ? places.folder / "measured.yaml" : places.measured;
    auto text = "How the numbers in force do on these recordings:\n" + command("check", own, places, {});
    if (const auto ordered = order_for_fit(recordings, platform); !ordered.empty()) {
        const auto detector = places.folder / "detector.yaml";
        text +=
            "Learn from them. If that is better here, the file is written, with what was measured; name it as "
            "`detector:`:\n" +
            command("fit", ordered, places, detector);
        text +=
            "If it is not (exit status 6), write down what the numbers in force are worth here; name the file as "
            "`measured:`:\n";
    } else {
        text +=
            "Too few posts to learn from (`calibrate fit` says how many). Write down what the numbers in force are "
            "worth here; name the file as `measured:`:\n";
    }
    text += command("measure", own, places, measured);
    if (enough) return text;
    char expected[120];
    std::snprintf(expected, sizeof expected, "It does not count as measured: expected %zu posts and %.1f hours\n",
                  kLeastPostsMeasured, kLeastBrowseHours);
    return text + expected;
}

}  // namespace breakwatch
