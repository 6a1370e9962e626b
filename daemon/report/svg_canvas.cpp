#include "report/svg_canvas.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "report/plain_text.hpp"

namespace breakwatch {

namespace {

constexpr double kArrow = 7;

}  // namespace

std::string coordinate(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

double text_width(std::string_view text)
{
    return 5.9 * static_cast<double>(columns(printable(text)));
}

double SvgCanvas::x(Timestamp time) const
{
    const auto share = static_cast<double>((time - from_).count()) / static_cast<double>((to_ - from_).count());
    return left_ + share * (right_ - left_);
}

void SvgCanvas::rect(double x, double y, double width, double height, std::string_view css_class, double radius)
{
    svg_.raw("<rect class=\"").raw(css_class).raw("\" x=\"").raw(coordinate(x)).raw("\" y=\"").raw(coordinate(y));
    svg_.raw("\" width=\"").raw(coordinate(width)).raw("\" height=\"").raw(coordinate(height));
    if (radius > 0) svg_.raw("\" rx=\"").raw(coordinate(radius));
    svg_.raw("\"/>\n");
}

void SvgCanvas::line(double x1, double y1, double x2, double y2, std::string_view css_class)
{
    svg_.raw("<line class=\"").raw(css_class).raw("\" x1=\"").raw(coordinate(x1)).raw("\" y1=\"").raw(coordinate(y1));
    svg_.raw("\" x2=\"").raw(coordinate(x2)).raw("\" y2=\"").raw(coordinate(y2)).raw("\"/>\n");
}

void SvgCanvas::words(double x, double y, std::string_view text, std::string_view css_class, Anchor anchor)
{
    constexpr std::array<std::string_view, 3> kAnchors{"start", "middle", "end"};
    svg_.raw("<text class=\"").raw(css_class).raw("\" x=\"").raw(coordinate(x)).raw("\" y=\"").raw(coordinate(y));
    svg_.raw("\" text-anchor=\"")
        .raw(kAnchors.at(static_cast<std::size_t>(anchor)))
        .raw("\">")
        .text(text)
        .raw("</text>\n");
}

void SvgCanvas::path(std::string_view data, std::string_view css_class)
{
    svg_.raw("<path class=\"").raw(css_class).raw("\" d=\"").raw(data).raw("\"/>\n");
}

void SvgCanvas::circle(double x, double y, double radius, std::string_view css_class)
{
    svg_.raw("<circle class=\"").raw(css_class).raw("\" cx=\"").raw(coordinate(x)).raw("\" cy=\"").raw(coordinate(y));
    svg_.raw("\" r=\"").raw(coordinate(radius)).raw("\"/>\n");
}

void SvgCanvas::bar(Timestamp begin, Timestamp end, double y, double height, std::string_view css_class,
                    std::string_view label)
{
    if (end < from_ || begin > to_) return;
    const bool earlier = begin < from_;
    const bool later = end > to_;
    const auto x1 = earlier ? left_ : x(begin);
    const auto x2 = std::max(later ? right_ : x(end), x1 + 2);
    const auto middle = coordinate(y + height / 2);
    std::string shape = "M" + coordinate(earlier ? x1 + kArrow : x1) + " " + coordinate(y);
    shape += "H" + coordinate(later ? x2 - kArrow : x2);
    if (later)
        shape += "L" + coordinate(x2) + " " + middle + "L" + coordinate(x2 - kArrow) + " " + coordinate(y + height);
    else
        shape += "V" + coordinate(y + height);
    shape += "H" + coordinate(earlier ? x1 + kArrow : x1);
    if (earlier) shape += "L" + coordinate(x1) + " " + middle;
    path(shape + "Z", css_class);

    const auto baseline = y + height / 2 + 4;
    const auto wide = text_width(label);
    auto inner = x1 + (earlier ? kArrow + 4 : 10);
    for (const auto place : avoided_) {
        if (place > inner - 5 && place < inner + wide + 5 && place + 16 + wide <= x2) inner = place + 8;
    }
    const auto struck = [&](double place) { return place > x2 && place < x2 + 6 + wide; };
    const bool room_before = x1 - 6 - wide >= left_;
    if (inner + wide + 6 <= x2) {
        words(inner, baseline, label, std::string("in ") + std::string(css_class));
    } else if (x2 + 6 + wide <= right_ && !(room_before && std::ranges::any_of(avoided_, struck))) {
        words(x2 + 6, baseline, label, "by");
    } else {
        words(x1 - 6, baseline, label, "by", Anchor::end);
    }
}

AxisTicks axis_ticks(Timestamp from, Timestamp to, std::size_t most)
{
    using namespace std::chrono_literals;
    constexpr std::array<std::chrono::seconds, 14> kSteps{5s,   10s,   30s,   60s,   120s,   300s,   600s,
                                                          900s, 1800s, 3600s, 7200s, 10800s, 21600s, 43200s};
    const auto fits = [&](std::chrono::seconds step) { return (to - from) / step < static_cast<std::int64_t>(most); };
    const auto found = std::ranges::find_if(kSteps, fits);
    const auto step = found == kSteps.end() ? kSteps.back() : *found;
    AxisTicks ticks{{}, step < 60s};
    auto at = std::chrono::floor<std::chrono::seconds>(from);
    at -= at.time_since_epoch() % step;
    for (; at <= to && ticks.at.size() <= 4 * most; at += step) {
        if (at >= from) ticks.at.emplace_back(at);
    }
    return ticks;
}

}  // namespace breakwatch
