#include "report/report_timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <ranges>

#include "report/story.hpp"
#include "report/svg_canvas.hpp"

namespace breakwatch {

namespace {

using std::chrono::minutes;

// Lanes from top to bottom, in px of the drawing.
constexpr double kWidth = 1120;
constexpr double kLeft = 118;
constexpr double kRight = 1104;
constexpr double kTop = 40;
constexpr double kBar = 24;
constexpr double kDuty = 50;
constexpr double kCall = 86;
constexpr double kWindow = 122;
constexpr double kDevice = 158;
constexpr double kAxis = 262;     // between sent, above, and received, below
constexpr double kSent = 56;      // height of the tallest bar above
constexpr double kReceived = 74;  // and below
constexpr double kFindings = 374;
constexpr double kBottom = 420;
constexpr double kHeight = 450;

class Drawing {
  public:
    Drawing(const CaseView& view, TimeSpan span)
        : view_(view), incident_(view.incident), zone_(view.zone()), canvas_(span.from, span.to, kLeft, kRight)
    {}

    std::string draw()
    {
        for (const auto& finding : incident_.findings) {
            if (canvas_.shows(finding.at)) canvas_.avoid(canvas_.x(finding.at));
        }
        window_shade();
        axes();
        lane("Duty", kDuty);
        duty();
        lane("Customer call", kCall);
        call();
        lane("Rule", kWindow);
        window();
        lane("Device", kDevice);
        device();
        traffic();
        findings();
        return svg();
    }

  private:
    void lane(const char* label, double y) { canvas_.words(kLeft - 14, y + kBar / 2 + 4, label, "lane", Anchor::end); }

    std::string from_to(Timestamp from, Timestamp to) const
    {
        return to_clock(from).substr(0, 5) + "–" + to_clock(to).substr(0, 5) + "Z";
    }

    void window_shade()
    {
        const auto end = window_end(incident_, view_.rule());
        if (!end) return;
        const auto x1 = std::max(canvas_.x(*incident_.call.ended), kLeft);
        const auto x2 = std::min(canvas_.x(*end), kRight);
        if (x2 > x1) canvas_.rect(x1, kTop, x2 - x1, kBottom - kTop, "shade");
    }

    void axes()
    {
        const auto ticks = axis_ticks(canvas_.from(), canvas_.to(), 12);
        canvas_.words(kLeft - 14, 24, "UTC", "lane", Anchor::end);
        if (!zone_.is_utc())
            canvas_.words(kLeft - 14, kBottom + 20, zone_.abbreviation(canvas_.from()), "lane", Anchor::end);
        for (const auto at : ticks.at) {
            const auto x = canvas_.x(at);
            canvas_.line(x, kTop, x, kBottom, "grid");
            canvas_.words(x, 24, ticks.seconds ? to_clock(at) : to_clock(at).substr(0, 5), "tick", Anchor::middle);
            if (zone_.is_utc()) continue;
            canvas_.words(x, kBottom + 20, ticks.seconds ? zone_.clock(at) : zone_.short_clock(at), "tick",
                          Anchor::middle);
        }
        canvas_.line(kLeft, kTop, kRight, kTop, "frame");
        canvas_.line(kLeft, kBottom, kRight, kBottom, "frame");
    }

    void duty()
    {
        const auto& duty = incident_.duty;
        if (!duty.shift_start || !duty.shift_end) {
            canvas_.words(kLeft + 7, kDuty + kBar / 2 + 4, "not asked, or not known", "by");
            return;
        }
        const auto shift = "shift " + from_to(*duty.shift_start, *duty.shift_end);
        // The break lies on the shift: the shift's label stands before it, or not at all.
        const bool pause = duty.pause_start && duty.pause_end;
        const bool room = !pause || canvas_.x(*duty.pause_start) - kLeft > text_width(shift) + 26;
        canvas_.bar(*duty.shift_start, *duty.shift_end, kDuty, kBar, "shift", room ? shift : "");
        if (pause)
            canvas_.bar(*duty.pause_start, *duty.pause_end, kDuty, kBar, "pause",
                        "break " + from_to(*duty.pause_start, *duty.pause_end));
    }

    void call()
    {
        const auto& call = incident_.call;
        if (!call.answered && !call.ended) {
            canvas_.words(kLeft + 7, kCall + kBar / 2 + 4, incident_.findings.empty() ? "not asked" : "times not known",
                          "by");
            return;
        }
        auto label = call.source + "/" + call.id + (call.queue.empty() ? "" : ", " + call.queue);
        if (call.answered && call.ended) label += ", " + to_words(*call.ended - *call.answered);
        const auto begin = call.answered.value_or(*call.ended);
        canvas_.bar(begin, call.ended.value_or(incident_.raised_at), kCall, kBar, "call", label);
    }

    void window()
    {
        const auto end = window_end(incident_, view_.rule());
        if (!end) {
            canvas_.words(kLeft + 7, kWindow + kBar / 2 + 4, incident_.rule, "by");
            return;
        }
        canvas_.bar(*incident_.call.ended, *end, kWindow, kBar, "window", "");
        const auto words = to_words(view_.rule()->within) + " after the call";
        auto right = std::min(canvas_.x(*end), kRight) - 10;
        for (const auto& finding : incident_.findings | std::views::reverse) {
            const auto line = canvas_.x(finding.at);
            if (line < right + 4 && line > right - text_width(words) - 4) right = line - 8;
        }
        canvas_.words(right, kWindow + kBar / 2 + 4, words, "in window", Anchor::end);
        measure();
    }

    // From the call's end to the first finding.
    void measure()
    {
        if (during_call(incident_) || incident_.findings.empty()) return;
        const auto x1 = std::max(canvas_.x(*incident_.call.ended), kLeft);
        const auto x2 = canvas_.x(incident_.findings.front().at);
        const auto y = kWindow + kBar / 2;
        if (x2 - x1 < 16) return;
        const auto words = to_words(incident_.after_call);
        const bool inside = text_width(words) + 40 < x2 - x1;
        const auto middle = (x1 + x2) / 2;
        const auto half = text_width(words) / 2 + 10;
        canvas_.line(x1 + 2, y, inside ? middle - half : x2 - 3, y, "measure");
        if (inside) canvas_.line(middle + half, y, x2 - 3, y, "measure");
        canvas_.path("M" + coordinate(x1 + 8) + " " + coordinate(y - 4) + "L" + coordinate(x1 + 2) + " " +
                         coordinate(y) + "L" + coordinate(x1 + 8) + " " + coordinate(y + 4),
                     "measure");
        canvas_.path("M" + coordinate(x2 - 9) + " " + coordinate(y - 4) + "L" + coordinate(x2 - 3) + " " +
                         coordinate(y) + "L" + coordinate(x2 - 9) + " " + coordinate(y + 4),
                     "measure");
        if (inside)
            canvas_.words(middle, y + 4, words, "gap", Anchor::middle);
        else
            canvas_.words(x2 + 8, y + 4, words, "gap");
    }

    void device()
    {
        const auto& binding = incident_.binding;
        auto label = (binding.zone.empty() ? std::string("on the network") : binding.zone) + " since " +
                     to_clock(binding.from) + "Z, " + std::string(name(binding.grade));
        canvas_.bar(binding.from, binding.to.value_or(std::max(incident_.raised_at, canvas_.to()) + minutes{1}),
                    kDevice, kBar, "device", label);
        if (!canvas_.shows(binding.from)) return;
        canvas_.circle(canvas_.x(binding.from), kDevice + kBar / 2, 5, "join");
    }

    struct Stack {
        Duration length{0};
        VolumeSum sum;
    };

    void traffic()
    {
        std::map<Timestamp, Stack> stacks;
        double most_up = 0;
        double most_down = 0;
        for (const auto& slice : incident_.volume) {
            auto& stack = stacks[slice.from];
            stack.length = std::max(stack.length, slice.length);
            const bool ours = slice.platform == incident_.platform;
            (ours ? stack.sum.platform_up : stack.sum.other_up) += slice.up;
            (ours ? stack.sum.platform_down : stack.sum.other_down) += slice.down;
            most_up = std::max(most_up, static_cast<double>(stack.sum.platform_up + stack.sum.other_up));
            most_down = std::max(most_down, static_cast<double>(stack.sum.platform_down + stack.sum.other_down));
        }
        traffic_labels(most_up, most_down);
        for (const auto& [from, stack] : stacks) {
            if (from + stack.length < canvas_.from() || from > canvas_.to()) continue;
            slice_bars(from, stack, most_up, most_down);
        }
        canvas_.line(kLeft, kAxis, kRight, kAxis, "zero");
    }

    void traffic_labels(double most_up, double most_down)
    {
        canvas_.words(kLeft - 14, kAxis - kSent / 2 + 4, "Sent", "lane", Anchor::end);
        canvas_.words(kLeft - 14, kAxis + kReceived / 2 + 4, "Received", "lane", Anchor::end);
        scale(most_up, kAxis - kSent);
        scale(most_down, kAxis + kReceived);
    }

    std::string slice_words() const { return to_words(incident_.volume.front().length); }

    void scale(double most, double y)
    {
        if (most <= 0) return;
        canvas_.line(kLeft, y, kRight, y, "level");
        canvas_.words(kRight - 4, y > kAxis ? y + 13 : y - 5,
                      "at most " + in_words(static_cast<std::uint64_t>(most)) + " in " + slice_words(), "tick",
                      Anchor::end);
    }

    // Heights grow with the square root: a post of kilobytes must stay visible beside a page of megabytes.
    void slice_bars(Timestamp from, const Stack& stack, double most_up, double most_down)
    {
        const auto x1 = std::max(canvas_.x(from), kLeft);
        const auto wide = std::max(std::min(canvas_.x(from + stack.length), kRight) - x1 - 1, 1.5);
        const auto& sum = stack.sum;
        canvas_.open_group();
        canvas_.title(to_clock(from) + "Z, " + to_words(stack.length) + ": " + in_words(sum.platform_up) +
                      " sent and " + in_words(sum.platform_down) + " received on " + incident_.platform + "; " +
                      in_words(sum.other_up) + " and " + in_words(sum.other_down) + " elsewhere");
        const auto one = [&](std::uint64_t ours, std::uint64_t other, double most, double tallest, double direction) {
            const auto all = static_cast<double>(ours + other);
            if (all <= 0) return;
            const auto height = std::max(std::sqrt(all / most) * tallest, 1.5);
            const auto share = height * static_cast<double>(ours) / all;
            const auto top = [&](double offset, double tall) {
                return direction > 0 ? kAxis + offset : kAxis - offset - tall;
            };
            if (share > 0) canvas_.rect(x1, top(0, share), wide, share, "ours");
            if (height - share > 0.05) canvas_.rect(x1, top(share, height - share), wide, height - share, "others");
        };
        one(sum.platform_up, sum.other_up, most_up, kSent, -1);
        one(sum.platform_down, sum.other_down, most_down, kReceived, 1);
        canvas_.close_group();
    }

    // Every finding has its line and dot. One has its label beside it; several have numbers, which the table of
    // findings repeats, and their confidence below, in two rows where they stand close.
    void findings()
    {
        if (incident_.findings.empty()) return;
        canvas_.words(kLeft - 14, kFindings + 5, "Findings", "lane", Anchor::end);
        const bool alone = incident_.findings.size() == 1;
        std::array<double, 2> taken{0, 0};
        std::size_t number = 0;
        for (const auto& finding : incident_.findings) {
            ++number;
            if (!canvas_.shows(finding.at)) continue;
            const auto x = canvas_.x(finding.at);
            canvas_.open_group();
            canvas_.title(in_words(finding.kind) + " at " + to_rfc3339(finding.at) + ", confidence " +
                          sureness(incident_, finding.confidence));
            canvas_.line(x, kTop, x, kFindings, number == 1 ? "post" : "post more");
            canvas_.circle(x, kFindings, alone ? 7 : 9, "dot");
            if (alone)
                beside(x, finding);
            else
                below(x, number, sureness(incident_, finding.confidence), taken);
            canvas_.close_group();
        }
    }

    void beside(double x, const Finding& finding)
    {
        const auto label =
            to_clock(finding.at) + "Z  " + in_words(finding.kind) + ", " + sureness(incident_, finding.confidence);
        const bool right = x + 13 + text_width(label) * 1.2 <= kRight;
        canvas_.words(right ? x + 13 : x - 13, kFindings + 5, label, "found", right ? Anchor::start : Anchor::end);
    }

    void below(double x, std::size_t number, const std::string& sure, std::array<double, 2>& taken)
    {
        canvas_.words(x, kFindings + 4, std::to_string(number), "number", Anchor::middle);
        const auto half = text_width(sure) / 2 + 4;
        for (std::size_t row = 0; row < taken.size(); ++row) {
            if (x - half < taken[row]) continue;
            canvas_.words(x, kFindings + 23 + static_cast<double>(row) * 15, sure, "sure", Anchor::middle);
            taken[row] = x + half;
            return;
        }
    }

    std::string svg()
    {
        Markup out;
        out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + coordinate(kWidth) + " " +
                coordinate(kHeight) + "\" role=\"img\" aria-labelledby=\"timeline-title timeline-desc\">\n");
        out.raw("<title id=\"timeline-title\">Timeline: ")
            .text(headline(incident_))
            .raw("</title>\n<desc id=\"timeline-desc\">");
        for (const auto& moment : moments_of(incident_, view_.rule()))
            out.text(utc_date_time(moment.at) + " UTC: " + moment.text + ". ");
        return out.raw("</desc>\n").raw(canvas_.str()).raw("</svg>\n").str();
    }

    const CaseView& view_;
    const Incident& incident_;
    SiteZone zone_;
    SvgCanvas canvas_;
};

}  // namespace

TimeSpan drawn_span(const Incident& incident, const RuleFacts* rule)
{
    const bool posted = !incident.findings.empty();
    const auto first = posted ? incident.findings.front().at : incident.binding.from;
    const auto last = posted ? incident.findings.back().at : incident.raised_at;
    const auto anchor = posted && incident.call.ended ? std::min(*incident.call.ended, first) : first;
    const auto earliest = anchor - minutes{15};
    const auto latest = last + minutes{15};

    auto from = first;
    const auto early = [&](const std::optional<Timestamp>& at) {
        if (at && *at >= earliest) from = std::min(from, *at);
    };
    early(anchor);
    early(incident.call.answered);
    early(incident.duty.pause_start);
    early(incident.binding.from);
    if (!incident.volume.empty()) early(incident.volume.front().from);
    if (posted && incident.call.answered && *incident.call.answered < earliest) from = earliest;

    auto to = std::max(last + minutes{1}, first);
    const auto late = [&](const std::optional<Timestamp>& at) {
        if (at && *at <= latest) to = std::max(to, *at);
    };
    late(window_end(incident, rule));
    late(incident.duty.pause_end);
    late(incident.call.ended);
    late(incident.raised_at);
    const auto pad = std::max<Duration>((to - from) / 40, std::chrono::seconds{5});
    return {from - pad, to + pad};
}

std::string draw_timeline(const CaseView& view)
{
    return Drawing(view, drawn_span(view.incident, view.rule())).draw();
}

}  // namespace breakwatch
