#include "cli/calibrate_kit.hpp"

#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "base/clock.hpp"
#include "cli/kit_folder.hpp"
#include "cli/kit_page.hpp"
#include "cli/kit_plan.hpp"
#include "cli/kit_texts.hpp"
#include "cli/page_server.hpp"
#include "cli/stop_signals.hpp"
#include "cli/volunteer_session.hpp"
#include "cli/write_whole.hpp"
#include "learn/recording.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono_literals;

constexpr auto kRest = 200ms;
// A request and an answer of the page, each.
constexpr auto kPageStep = 5s;
// So long a page that looks again by itself can still see that all is done.
constexpr auto kFarewell = 8s;
constexpr std::size_t kMinutesBetweenWords = 5;

// A session that is on.
struct OnAir {
    MarkReader& reader;
    VolunteerSession& session;
    std::size_t told = 0;  // marks or minutes
};

class Kit {
  public:
    Kit(const CalibrateKitOptions& options, WatchSetup setup, KitFolder folder, const Tell& tell)
        : options_(options),
          setup_(std::move(setup)),
          folder_(std::move(folder)),
          tell_(tell),
          wish_{options.watch.platform, options.app, options.watch.label, options.posts, options.minutes},
          keyboard_(options.marks_from)
    {}

    // Empty, or why the page cannot be had.
    std::string open_page(const PageAddress& address);
    Outcome run();

  private:
    // Ends the kit, where there is an outcome.
    std::optional<Outcome> watch_one_session();
    std::optional<Outcome> keep(const MarkedRecording& marked, const VolunteerSession& session);
    void tell_step() const;
    void tell_lines(const std::string& text) const;
    bool wait_for_enter(const std::string& what);
    void rest();
    void beside();
    void tell_strangers();
    void tell_count();
    // An Enter too many is not to begin a session, or to mark at its begin.
    void forget_typed() { (void)keyboard_.look(); }
    bool ended_by_hand() const { return stop_asked() || (keyboard_.ended() && !page_alone_); }
    std::size_t done_now() const;
    KitView view() const;
    void act(KitDeed deed);
    Outcome all_is_there();
    Outcome interrupted() const;

    const CalibrateKitOptions& options_;
    WatchSetup setup_;
    KitFolder folder_;
    const Tell& tell_;
    KitWish wish_;
    InputLines keyboard_;
    bool page_alone_ = false;  // there is no keyboard
    bool strangers_told_ = false;
    std::vector<KitRecording> recordings_;
    std::optional<KitStep> step_;
    std::optional<OnAir> on_air_;
    bool begin_pressed_ = false;  // by key or on the page, since it was last waited for
    bool watched_ = false;        // a session of this run has begun: whatever goes wrong now may be mended meanwhile
    std::optional<KitPage> page_;
    std::unique_ptr<PageServer> server_;
};

std::string Kit::open_page(const PageAddress& address)
{
    page_.emplace(random_token(), [this] { return view(); }, [this](KitDeed deed) { act(deed); });
    auto server =
        PageServer::open(address, [this](const PageRequest& request) { return page_->answer(request); }, kPageStep);
    if (!server) return server.error();
    server_ = std::move(*server);
    (void)keyboard_.look();
    page_alone_ = keyboard_.ended();
    tell_("the volunteer's page: http://" + server_->where() + page_->path());
    tell_("whoever has this link can set marks; they are shown here, too. It goes through the network unencrypted.");
    return {};
}

Outcome Kit::run()
{
    while (true) {
        auto found = folder_.read();
        if (!found) return failed(found.error());
        recordings_ = std::move(*found);
        step_ = next_step(recordings_, wish_);
        tell_(folder_.path().string() + ": " + in_words(progress_of(recordings_, wish_), wish_));
        if (!step_) return all_is_there();
        if (ended_by_hand()) return interrupted();
        tell_step();
        if (!wait_for_enter("Enter begins; Ctrl-D ends for now, and the same command goes on later."))
            return interrupted();
        if (auto outcome = watch_one_session()) return *outcome;
    }
}

void Kit::tell_step() const
{
    if (step_->label == kBrowseOnly) {
        tell_("next: " + std::to_string(step_->minutes) +
              " minutes of browsing alone (before any post: an account that has just posted is told of answers)");
    } else {
        tell_("next: " + std::to_string(step_->posts) + " posts (" + step_->label + ")");
    }
    for (const auto* language : {"ja", "en"}) {
        std::size_t number = 0;
        for (const auto& line : kit_text(step_->label, language)) tell_("  " + std::to_string(++number) + ". " + line);
    }
}

void Kit::tell_lines(const std::string& text) const
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) tell_(line);
}

bool Kit::wait_for_enter(const std::string& what)
{
    begin_pressed_ = false;
    tell_(what);
    while (!stop_asked()) {
        for (const auto& line : keyboard_.look()) {
            if (line.empty()) return begin_pressed_ = true;
            tell_("not understood. " + what);
        }
        if (begin_pressed_) return true;
        if (ended_by_hand()) return false;
        rest();
    }
    return false;
}

void Kit::rest()
{
    if (!server_) return keyboard_.wait(kRest);
    server_->poll_for(kRest);
    tell_strangers();
}

std::optional<Outcome> Kit::watch_one_session()
{
    forget_typed();
    if (ended_by_hand()) return interrupted();
    auto watched = options_.watch;
    watched.label = step_->label;
    // Who is enrolled may have changed since the last session.
    const auto setup = prepare_watch(watched);
    if (!setup) return setup.error();
    const auto watch = DeviceWatch::open(setup->capture, setup->device, setup->catalog);
    if (!watch) {
        if (!watched_) return failed(watch.error());
        return tell_(watch.error()), std::nullopt;
    }
    if (const auto wrong = record_in_audit_trail(*setup, watched); !wrong.empty())
        return failed("not watched, for it cannot be recorded in the audit trail: " + wrong);
    watched_ = true;
    const bool browse = watched.label == kBrowseOnly;
    forget_typed();
    MarkReader reader(keyboard_, browse);
    if (ended_by_hand()) reader.end();
    VolunteerSession session(watched, *setup, **watch, reader, tell_, [this] { beside(); });
    on_air_.emplace(reader, session);
    tell_("watching " + to_string(setup->device) + " alone on " + setup->capture.interface + ", " + watched.platform +
          " alone: close the app and open it now. " +
          (browse ? "" : "Enter: published; u + Enter: takes the last mark back; ") +
          "e + Enter: ends this session; x + Enter: throws it away.");
    session.run({.at_most = std::chrono::minutes{step_->minutes}, .marks = step_->posts});
    if (!session.cut_short().empty()) tell_(session.cut_short() + "; what came before that is kept");
    forget_typed();
    const auto marked = session.conclude("");
    on_air_.reset();
    if (marked) return keep(*marked, session);
    if (ended_by_hand()) return failed(marked.error().why, marked.error().exit_code);
    return tell_(marked.error().why), std::nullopt;
}

std::optional<Outcome> Kit::keep(const MarkedRecording& marked, const VolunteerSession& session)
{
    const auto name = [&](std::size_t number) {
        return folder_.path() / kit_file_name(wish_.platform, wish_.app, step_->label, number);
    };
    auto number = next_number(recordings_, wish_, step_->label);
    std::error_code ignored;
    while (std::filesystem::exists(name(number), ignored)) ++number;
    const auto content = to_text(marked.recording);
    while (true) {
        const auto wrong = write_whole(name(number), content);
        if (wrong.empty()) break;
        if (!wait_for_enter("not written: " + wrong + ". Mend that; Enter tries again, Ctrl-C loses the session."))
            return failed(wrong);
    }
    tell_lines(session.summary(marked, name(number)));
    return std::nullopt;
}

void Kit::beside()
{
    if (server_) server_->poll();
    tell_strangers();
    tell_count();
}

void Kit::tell_strangers()
{
    if (page_ && page_->strangers() > 0 && !std::exchange(strangers_told_, true))
        tell_("somebody asked at the page's port for something else than the link, and got nothing");
}

std::size_t Kit::done_now() const
{
    if (!on_air_) return 0;
    if (step_->label != kBrowseOnly) return on_air_->reader.marks().size();
    return static_cast<std::size_t>(
        std::chrono::duration_cast<std::chrono::minutes>(wall_clock() - on_air_->session.begin()).count());
}

void Kit::tell_count()
{
    if (!on_air_ || on_air_->session.ending()) return;
    const auto done = done_now();
    if (done == on_air_->told) return;
    const auto seen = view();
    const bool browse = step_->label == kBrowseOnly;
    on_air_->told = done;
    if (browse && done % kMinutesBetweenWords != 0) return;
    tell_(std::to_string(seen.done) + " of " + std::to_string(seen.of) + (browse ? " minutes" : "") +
          " in this session, " + std::to_string(seen.done_in_all) + " of " + std::to_string(seen.of_all));
}

KitView Kit::view() const
{
    KitView seen;
    seen.platform = wish_.platform;
    if (!step_) {
        seen.stage = KitView::Stage::over;
        return seen;
    }
    const bool browse = step_->label == kBrowseOnly;
    const auto progress = progress_of(recordings_, wish_);
    seen.label = step_->label;
    seen.done = done_now();
    seen.of = browse ? static_cast<std::size_t>(step_->minutes) : step_->posts;
    seen.done_in_all = seen.done + (browse ? static_cast<std::size_t>(progress.minutes) : progress.posts);
    seen.of_all = browse ? static_cast<std::size_t>(wish_.minutes) : wish_.posts;
    if (!on_air_) {
        // Between the press and the first look, and between the last one and the next wait.
        seen.stage = begin_pressed_ ? KitView::Stage::between : KitView::Stage::waiting;
    } else {
        seen.stage = on_air_->session.ending() ? KitView::Stage::between
                     : browse                  ? KitView::Stage::browsing
                                               : KitView::Stage::marking;
    }
    return seen;
}

void Kit::act(KitDeed deed)
{
    if (!on_air_) {
        begin_pressed_ = begin_pressed_ || deed == KitDeed::begin;
        return;
    }
    auto& reader = on_air_->reader;
    switch (deed) {
        case KitDeed::begin: break;
        case KitDeed::mark: return tell_("by the page: " + reader.mark(wall_clock()));
        case KitDeed::take_back: return tell_("by the page: " + reader.take_back());
        case KitDeed::end: reader.end(); return tell_("by the page: ended");
        case KitDeed::discard: reader.discard(); return tell_("by the page: thrown away");
    }
}

Outcome Kit::all_is_there()
{
    for (const auto until = wall_clock() + kFarewell; server_ && watched_ && !stop_asked() && wall_clock() < until;)
        server_->poll_for(kRest);
    return {tool_success,
            "All is there.\n" +
                next_commands(recordings_, wish_.platform, {folder_.path(), setup_.detector, setup_.measured}),
            ""};
}

Outcome Kit::interrupted() const
{
    return {tool_success, "Not all is there yet; the same command goes on.\n", ""};
}

}  // namespace

Outcome run_calibrate_kit(const CalibrateKitOptions& options, const Tell& tell)
{
    if (options.watch.label == kBrowseOnly)
        return failed(
            "--label: found 'browse_only'; expected text_post, media_post or story: browsing alone is a part "
            "of each kit",
            tool_usage);
    if (!options.app.empty() && !is_app_name(options.app))
        return failed("--app: found '" + options.app + "'; expected at most 32 letters, digits, '_' and '.'",
                      tool_usage);
    if (options.posts == 0 && options.minutes == 0)
        return failed("--posts and --browse are both 0: there is nothing to do", tool_usage);
    if (options.watch.platform.contains('/'))
        return failed("--platform: found '" + options.watch.platform +
                          "'; expected a name without '/': it is a part of a file's name",
                      tool_usage);
    const auto address = options.listen.empty() ? PageAddress{} : parse_page_address(options.listen);
    if (!address) return failed(address.error(), tool_usage);
    auto setup = prepare_watch(options.watch);
    if (!setup) return setup.error();
    auto folder = KitFolder::open(options.folder);
    if (!folder) return failed(folder.error());
    if (const auto found = folder->read(); !found) return failed(found.error());
    stop_on_signals();
    Kit kit(options, std::move(*setup), std::move(*folder), tell);
    if (!options.listen.empty()) {
        if (const auto wrong = kit.open_page(*address); !wrong.empty()) return failed(wrong);
    }
    return kit.run();
}

}  // namespace breakwatch
