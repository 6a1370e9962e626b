#include "app/check_mirror.hpp"

#include <sys/timex.h>

#include <algorithm>
#include <cstdio>

#include "app/dissector_limits_of.hpp"
#include "app/exit_code.hpp"
#include "app/feeds.hpp"
#include "app/mirror_survey.hpp"
#include "app/sight_sample.hpp"
#include "app/site.hpp"
#include "app/stop_signal.hpp"
#include "capture/capture_file.hpp"
#include "config/load_config.hpp"

namespace breakwatch {
namespace {

// What is looked for: as configured, so far as the configuration can be read; a mirror can be looked at before there is
// one.
struct Expected {
    CaptureConfig capture;
    SightExpectation sight;
    std::unordered_set<MacAddress> macs;
};

Expected expected_by(const CheckOptions& options)
{
    Expected expected;
    const auto config = load_site_config(options.config);
    if (!config) {
        std::fprintf(
            stderr,
            "breakwatchd: %s cannot be read, so that nobody is known to be enrolled (breakwatchd check says why)\n",
            options.config.c_str());
    } else {
        PersonFiles people(person_files_of(*config), [](const Observation&) {});
        if (!people.load().empty())
            std::fputs(
                "breakwatchd: enrolment or rosters cannot be read, so that nobody is known to be enrolled (breakwatchd "
                "check says why)\n",
                stderr);
        expected.capture = config->capture;
        expected.sight = sight_expected(*config, *people.enrolment(), wall_clock());
        for (const auto& person : people.enrolment()->people())
            expected.macs.insert(person.macs.begin(), person.macs.end());
    }
    if (!options.interface.empty()) expected.capture.interfaces = {options.interface};
    if (!options.captures.empty()) expected.sight.filter.clear();
    return expected;
}

// Everything is looked at here, so that whether anything is of enrolled devices is told by their MACs.
std::vector<Sight> judge(const MirrorSurvey& survey, const Expected& expected, bool live)
{
    const auto& wire = survey.decode.wire;
    SightSpan span{.length = survey.length,
                   .wire = wire,
                   .received = survey.source.received,
                   .dropped = survey.source.dropped_by_kernel + survey.source.dropped_by_interface,
                   .facts = 0,
                   .radius_facts = 0};
    span.wire.wanted = survey.enrolled_seen;
    auto sights = assess(span, expected.sight);
    // What another interface may show is not missing here.
    if (expected.sight.one_of_several) {
        std::erase_if(sights, [](const Sight& sight) {
            return sight.spot == BlindSpot::no_addresses || sight.spot == BlindSpot::other_vlans;
        });
    }
    if (wire.packets == 0)
        sights.push_back({BlindSpot::silent,
                          true,
                          Severity::error,
                          "not a single packet was seen",
                          live ? "this is not the interface that the mirror is connected to, the mirror (SPAN) is not "
                                 "set up, or capture.filter leaves nothing"
                               : "the capture is empty",
                          {}});
    return sights;
}

void add_clock(std::vector<Sight>& sights)
{
    timex clock{};
    if (::adjtimex(&clock) != TIME_ERROR && (clock.status & STA_UNSYNC) == 0) return;
    sights.push_back({BlindSpot::clock,
                      true,
                      Severity::warning,
                      "this machine's clock is not synchronised (as the kernel says)",
                      "run chrony, systemd-timesyncd or ntpd; calls and posts are compared by time",
                      {}});
}

// The error, if any.
std::string look(PacketSource& source, MirrorSurveyor& surveyor, std::chrono::steady_clock::time_point end)
{
    while (stop_asked == 0 && std::chrono::steady_clock::now() < end) {
        const auto state = source.next_batch(PacketSource::kBatch, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) surveyor.take(packet);
        });
        if (!state) return state.error();
        if (*state == PacketSource::State::ended) break;
    }
    return {};
}

// `interface`: "" for capture files.
int check_one(const CheckOptions& options, const PlatformCatalog& catalog, Expected& expected,
              const std::string& interface)
{
    const bool live = options.captures.empty();
    const auto source = live ? open_capture(expected.capture, interface) : CaptureFiles::open(options.captures);
    if (!source) return std::fprintf(stderr, "breakwatchd: %s\n", source.error().c_str()), exit_capture;
    expected.sight.interface = interface;
    if (live) std::fprintf(stderr, "breakwatchd: looking at %s for %d s\n", interface.c_str(), options.seconds);
    MirrorSurveyor surveyor(catalog, expected.macs, dissector_limits_of(expected.capture));
    const auto end = live ? std::chrono::steady_clock::now() + std::chrono::seconds{options.seconds}
                          : std::chrono::steady_clock::time_point::max();
    const auto error = look(**source, surveyor, end);
    const auto survey = surveyor.survey((*source)->counters());
    auto sights = judge(survey, expected, live);
    if (!error.empty())
        sights.push_back({BlindSpot::dropped,
                          true,
                          Severity::error,
                          "the rest could not be read: " + error,
                          "all that is said here is of what was read before",
                          {}});
    if (live) add_clock(sights);
    const auto text = options.json ? survey_in_json(survey, sights, expected.macs.size())
                                   : survey_in_words(survey, sights, expected.macs.size());
    std::fputs(text.c_str(), stdout);
    if (error.empty()) return exit_success;
    std::fprintf(stderr, "breakwatchd: %s\n", error.c_str());
    return exit_capture;
}

}  // namespace

int run_check_mirror(const CheckOptions& options)
{
    const auto catalog = load_platforms({});
    if (!catalog)
        return std::fputs("breakwatchd: platforms: the list shipped inside the program cannot be read\n", stderr),
               exit_failure;
    auto expected = expected_by(options);
    if (!options.captures.empty()) return check_one(options, *catalog, expected, "");
    if (expected.capture.interfaces.empty())
        return std::fputs("breakwatchd: no interface is configured; name one with -i\n", stderr), exit_capture;
    stop_on_signals();
    expected.sight.one_of_several = expected.capture.interfaces.size() > 1;
    int worst = exit_success;
    for (const auto& interface : expected.capture.interfaces) {
        if (stop_asked == 0) worst = std::max(worst, check_one(options, *catalog, expected, interface));
    }
    return worst;
}

}  // namespace breakwatch
