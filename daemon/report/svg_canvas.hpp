// Shapes and words of a timeline in SVG, placed by time. Knows nothing of incidents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.hpp"
#include "report/markup.hpp"

namespace breakwatch {

enum class Anchor : std::uint8_t { start, middle, end };

// "123.4"
std::string coordinate(double value);
// Rough width of a text at 12 px, in px; errs to the wide side.
double text_width(std::string_view text);

class SvgCanvas {
  public:
    // Time runs from `left` to `right`.
    SvgCanvas(Timestamp from, Timestamp to, double left, double right)
        : from_(from), to_(to), left_(left), right_(right)
    {}

    // Not clipped: may lie outside of [left, right].
    double x(Timestamp time) const;
    double left() const { return left_; }
    double right() const { return right_; }
    Timestamp from() const { return from_; }
    Timestamp to() const { return to_; }
    bool shows(Timestamp time) const { return time >= from_ && time <= to_; }

    void rect(double x, double y, double width, double height, std::string_view css_class, double radius = 0);
    void line(double x1, double y1, double x2, double y2, std::string_view css_class);
    void words(double x, double y, std::string_view text, std::string_view css_class, Anchor anchor = Anchor::start);
    void path(std::string_view data, std::string_view css_class);
    void circle(double x, double y, double radius, std::string_view css_class);
    // A stretch of time as a bar; ends outside of the drawing are shown as arrow heads. The label stands inside
    // if it fits, else beside it.
    void bar(Timestamp begin, Timestamp end, double y, double height, std::string_view css_class,
             std::string_view label);
    // Labels of bars keep clear of this place, where they can. From left to right.
    void avoid(double x) { avoided_.push_back(x); }
    void title(std::string_view text) { svg_.raw("<title>").text(text).raw("</title>"); }
    void open_group() { svg_.raw("<g>"); }
    void close_group() { svg_.raw("</g>\n"); }
    const std::string& str() const { return svg_.str(); }

  private:
    Timestamp from_;
    Timestamp to_;
    double left_;
    double right_;
    std::vector<double> avoided_;  // from left to right
    Markup svg_;
};

// Round moments for an axis over [from, to]: at most `most` of them.
struct AxisTicks {
    std::vector<Timestamp> at;
    bool seconds = false;  // closer than a minute
};
AxisTicks axis_ticks(Timestamp from, Timestamp to, std::size_t most);

}  // namespace breakwatch
