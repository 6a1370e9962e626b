#include "app/exchange_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace breakwatch {

namespace {

constexpr double kLeft = 130;
constexpr double kWidth = 1000;
constexpr double kLane = 224;    // height of a device's lane
constexpr double kChances = 90;  // of it: confidence from 0 to 1
constexpr double kHalf = 45;     // bytes sent, and as much for bytes received
constexpr double kTop = 46;
constexpr double kLabel = 120;  // width of a finding's
constexpr std::array kColours{"#1f5fa8", "#c2571a", "#2f8f4e", "#8a4fbf", "#b0902a", "#3b9bb3", "#9c3f63", "#6b6b6b"};
constexpr std::array kSteps{1.0,   2.0,   5.0,    10.0,   15.0,   30.0,    60.0,   120.0,
                            300.0, 600.0, 1800.0, 3600.0, 7200.0, 21600.0, 86400.0};
constexpr double kMostTicks = 12;

constexpr const char* kStyle =
    "<style>text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.small{font-size:11px;fill:#666}"
    ".grid{stroke:#ddd}.axis{stroke:#999}.alert{fill:#c0221c;stroke:#c0221c}.alert-text{fill:#c0221c;font-weight:bold}"
    ".judged{fill:none;stroke:#444}.unknown{fill:none;stroke:#aaa;stroke-dasharray:2 2}</style>\n";

const char* colour_of(std::uint16_t platform)
{
    return kColours[platform % kColours.size()];
}

double in_seconds(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

// Square roots: a post of a kilobyte beside a video of a megabyte.
double height_of(std::uint64_t bytes, std::uint64_t most)
{
    return most == 0 ? 0 : kHalf * std::sqrt(static_cast<double>(bytes) / static_cast<double>(most));
}

double step_for(double length)
{
    const auto* const step = std::ranges::find_if(kSteps, [&](double each) { return length / each <= kMostTicks; });
    return step == kSteps.end() ? kSteps.back() : *step;
}

}  // namespace

ExchangePlot::Lane* ExchangePlot::lane_of(const Device& device)
{
    const auto name = device.mac.is_zero() ? to_string(device.ip) : to_string(device.mac);
    const auto found = std::ranges::find(lanes_, name, &Lane::device);
    if (found != lanes_.end()) return &*found;
    left_out_ = left_out_ || lanes_.size() == kDevices;
    return lanes_.size() == kDevices ? nullptr : &lanes_.emplace_back(Lane{name, {}, {}, {}});
}

void ExchangePlot::add(const Exchange& exchange)
{
    auto* const lane = lane_of(exchange.device);
    if (lane == nullptr) return;
    lane->bars.push_back({exchange.up_first, exchange.down_last.value_or(exchange.up_last), exchange.match.platform,
                          exchange.up_bytes, exchange.down_bytes});
}

void ExchangePlot::add_judged(const Exchange& exchange, double confidence, bool cannot_tell)
{
    if (auto* const lane = lane_of(exchange.device)) lane->dots.push_back({exchange.up_first, confidence, cannot_tell});
}

void ExchangePlot::add(const Finding& finding)
{
    if (auto* const lane = lane_of(finding.device)) lane->findings.push_back(finding);
}

std::string ExchangePlot::draw(const Lane& lane, double top, Timestamp from, double px_per_ns) const
{
    const auto x = [&](Timestamp time) { return kLeft + static_cast<double>((time - from).count()) * px_per_ns; };
    const auto floor = top + 18 + kChances;
    const auto y = [&](double confidence) { return floor - confidence * kChances; };
    const auto middle = floor + 12 + kHalf;
    std::string out = fmt::format("<text x='{}' y='{:.0f}' class='title'>{}</text>\n", kLeft, top + 8, lane.device);
    for (const auto confidence : {0.0, 0.5, 1.0, threshold_}) {
        out += fmt::format(
            "<line x1='{0}' x2='{1}' y1='{2:.1f}' y2='{2:.1f}' class='{3}'/>"
            "<text x='{4}' y='{5:.1f}' text-anchor='end' class='small'>{6:.2g}</text>\n",
            kLeft, kLeft + kWidth, y(confidence), confidence == threshold_ ? "axis" : "grid", kLeft - 6,
            y(confidence) + 4, confidence);
    }
    out += fmt::format("<line x1='{0}' x2='{1}' y1='{2:.1f}' y2='{2:.1f}' class='axis'/>\n", kLeft, kLeft + kWidth,
                       middle);
    std::uint64_t most_up = 0;
    std::uint64_t most_down = 0;
    for (const auto& bar : lane.bars) {
        most_up = std::max(most_up, bar.up);
        most_down = std::max(most_down, bar.down);
    }
    out += fmt::format(
        "<text x='{0}' y='{1:.1f}' text-anchor='end' class='small'>sent, up to {2} kB</text>"
        "<text x='{0}' y='{3:.1f}' text-anchor='end' class='small'>received, {4} kB</text>\n",
        kLeft - 6, middle - kHalf + 10, (most_up + 999) / 1000, middle + kHalf, (most_down + 999) / 1000);
    for (const auto& bar : lane.bars) {
        const auto up = height_of(bar.up, most_up);
        const auto down = height_of(bar.down, most_down);
        out += fmt::format(
            "<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='{}' fill-opacity='.75'/>\n", x(bar.at),
            middle - up, std::max(1.5, x(bar.until) - x(bar.at)), up + down, colour_of(bar.platform));
    }
    for (const auto& dot : lane.dots) {
        out += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='3' class='{}'/>\n", x(dot.at), y(dot.confidence),
                           dot.cannot_tell ? "unknown" : "judged");
    }
    double free_from = 0;  // labels that would meet take turns below
    for (const auto& finding : lane.findings) {
        if (finding.confidence < threshold_) continue;
        const double drop = x(finding.at) < free_from ? 18 : 4;
        free_from = drop > 4 ? 0 : x(finding.at) + kLabel;
        out += fmt::format(
            "<line x1='{0:.1f}' x2='{0:.1f}' y1='{1:.1f}' y2='{2:.1f}' class='alert' stroke-width='.6'/>"
            "<circle cx='{0:.1f}' cy='{1:.1f}' r='4' class='alert'/><text x='{3:.1f}' y='{4:.1f}' "
            "class='alert-text'>{5} {6:.2f}</text>\n",
            x(finding.at), y(finding.confidence), middle + kHalf, x(finding.at) + 7, y(finding.confidence) + drop,
            name(finding.kind), finding.confidence);
    }
    return out;
}

std::string ExchangePlot::legend(double top) const
{
    std::set<std::uint16_t> platforms;
    for (const auto& lane : lanes_) {
        for (const auto& bar : lane.bars) platforms.insert(bar.platform);
    }
    std::string out;
    double x = kLeft;
    for (const auto platform : platforms) {
        const auto& title = catalog_.platform_name(platform);
        out += fmt::format(
            "<rect x='{:.0f}' y='{:.0f}' width='10' height='10' fill='{}'/><text x='{:.0f}' y='{:.0f}'>{}</text>", x,
            top - 9, colour_of(platform), x + 15, top, title);
        x += 34 + 7.5 * static_cast<double>(title.size());
    }
    out += fmt::format(
        "<text x='{:.0f}' y='{:.0f}' class='small'>dots: how much an exchange looks like a post; dashed: cannot tell; "
        "red: found; bars grow with the square root of the bytes{}</text>\n",
        x + 6, top, left_out_ ? "; more devices are left out" : "");
    return out;
}

std::string ExchangePlot::svg() const
{
    auto from = Timestamp::max();
    auto to = Timestamp::min();
    for (const auto& lane : lanes_) {
        for (const auto& bar : lane.bars) {
            from = std::min(from, bar.at);
            to = std::max(to, bar.until);
        }
    }
    if (from > to) from = to = Timestamp{};
    from = std::chrono::floor<std::chrono::seconds>(from);
    const auto length = std::max(1.0, in_seconds(to - from));
    const auto px_per_ns = kWidth / (length * 1e9);
    const auto bottom = kTop + kLane * static_cast<double>(lanes_.size());
    auto out = fmt::format(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' height='{1:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
        "role='img'>"
        "<title>Exchanges with platforms, by device</title><rect width='100%' height='100%' fill='#fff'/>\n",
        kLeft + kWidth + 130, bottom + 40);
    out += kStyle + legend(20);
    const auto step = step_for(length);
    for (double second = 0; second <= length; second += step) {
        const auto x = kLeft + second / length * kWidth;
        const auto at = from + Duration{static_cast<std::int64_t>(second * 1e9)};
        out += fmt::format(
            "<line x1='{0:.1f}' x2='{0:.1f}' y1='{1:.0f}' y2='{2:.0f}' class='grid'/>"
            "<text x='{0:.1f}' y='{3:.0f}' text-anchor='middle' class='small'>{4}</text>\n",
            x, kTop, bottom, bottom + 16, to_clock(at));
    }
    auto top = kTop;
    for (const auto& lane : lanes_) {
        out += draw(lane, top, from, px_per_ns);
        top += kLane;
    }
    return out + fmt::format("<text x='{}' y='{:.0f}' class='small'>UTC</text></svg>\n", kLeft, bottom + 34);
}

}  // namespace breakwatch
