#include "plot.hpp"

#include <cstdio>

namespace breakwatch {
namespace {

constexpr double kSide = 380;  // of a square of axes from 0 to 1
constexpr double kTop = 70;
constexpr const char* kPlain = "#1f5fa8";
constexpr const char* kOverlaid = "#c2571a";

template <typename... Arguments>
std::string formatted(const char* format, Arguments... arguments)
{
    char text[512];
    std::snprintf(text, sizeof text, format, arguments...);
    return text;
}

// One square of axes with its left edge at `left`.
struct Axes {
    double left;

    double x(double value) const { return left + value * kSide; }
    double y(double value) const { return kTop + (1 - value) * kSide; }

    std::string frame(const char* title, const char* across, const char* up) const
    {
        auto out = formatted("<text x='%.0f' y='%.0f' class='title'>%s</text>", left, kTop - 22, title);
        for (int i = 0; i <= 5; ++i) {
            const auto v = i / 5.0;
            out += formatted("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' class='grid'/>", x(v), y(0), x(v), y(1));
            out += formatted("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' class='grid'/>", x(0), y(v), x(1), y(v));
            out += formatted("<text x='%.1f' y='%.1f' text-anchor='middle'>%.1f</text>", x(v), y(0) + 18, v);
            out += formatted("<text x='%.1f' y='%.1f' text-anchor='end'>%.1f</text>", x(0) - 8, y(v) + 4, v);
        }
        out += formatted("<text x='%.1f' y='%.1f' text-anchor='middle'>%s</text>", x(0.5), y(0) + 40, across);
        out += formatted("<text transform='translate(%.1f %.1f) rotate(-90)' text-anchor='middle'>%s</text>", x(0) - 42,
                         y(0.5), up);
        return out + "\n";
    }
};

std::string precision_recall(const Axes& axes, const JudgedSessions& sessions, double threshold, const char* colour)
{
    std::string out = "<path fill='none' stroke-width='2' stroke='" + std::string(colour) + "' d='";
    char verb = 'M';
    for (const auto& point : curve(sessions)) {
        out += formatted("%c%.1f %.1f", verb, axes.x(point.recall), axes.y(point.precision));
        verb = 'L';
    }
    const auto at = tally(sessions, threshold);
    return out + formatted("'/><circle cx='%.1f' cy='%.1f' r='5' fill='%s'/>\n", axes.x(at.recall()),
                           axes.y(at.precision()), colour);
}

std::string reliability_dots(const Axes& axes, const JudgedSessions& sessions, const char* colour)
{
    std::string out;
    for (const auto& bin : validation_of(sessions, 0).reliability) {
        if (bin.findings < 5) continue;
        const auto right = static_cast<double>(bin.right) / static_cast<double>(bin.findings);
        const auto radius = 3 + std::min(6.0, static_cast<double>(bin.findings) / 15);
        out += formatted("<circle cx='%.1f' cy='%.1f' r='%.1f' fill='%s' fill-opacity='0.8'/>", axes.x(bin.mean),
                         axes.y(right), radius, colour);
    }
    return out + "\n";
}

}  // namespace

std::string plot(const JudgedSessions& plain, const JudgedSessions& overlaid, const Thresholds& thresholds)
{
    const Axes left{80};
    const Axes right{560};
    std::string out =
        "<svg xmlns='http://www.w3.org/2000/svg' width='980' height='520' font-family='sans-serif' font-size='12' "
        "fill='#333'>\n"
        "<style>.grid{stroke:#ddd} .title{font-size:15px;font-weight:bold}</style>"
        "<rect width='980' height='520' fill='white'/>\n";
    out += left.frame("Posts found: precision over recall (dot: alert threshold)", "recall", "precision");
    out += precision_recall(left, plain, thresholds.alert, kPlain);
    out += precision_recall(left, overlaid, thresholds.alert, kOverlaid);
    out += right.frame("What a confidence is worth (larger dot: more findings)", "stated confidence",
                       "share that was right");
    out += formatted("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#999' stroke-dasharray='4 4'/>", right.x(0),
                     right.y(0), right.x(1), right.y(1));
    out += reliability_dots(right, plain, kPlain);
    out += reliability_dots(right, overlaid, kOverlaid);
    out += formatted("<circle cx='%.0f' cy='%.0f' r='5' fill='%s'/><text x='%.0f' y='%.0f'>sessions as recorded</text>",
                     80.0, 504.0, kPlain, 92.0, 508.0);
    out += formatted(
        "<circle cx='%.0f' cy='%.0f' r='5' fill='%s'/><text x='%.0f' y='%.0f'>with other people's browsing laid over"
        "</text>",
        240.0, 504.0, kOverlaid, 252.0, 508.0);
    return out + "</svg>\n";
}

}  // namespace breakwatch
