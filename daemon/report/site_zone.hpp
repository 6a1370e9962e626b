// Times by the site's own clock, beside UTC. Uses the C library's time zone, which is one per process:
// one thread only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

class SiteZone {
  public:
    // An IANA name; "" or one that this machine does not know stands for UTC.
    explicit SiteZone(const std::string& name);

    const std::string& name() const { return name_; }
    bool is_utc() const { return name_ == "UTC"; }
    std::string date_time(Timestamp time) const { return format(time, "%Y-%m-%d %H:%M:%S"); }
    std::string date(Timestamp time) const { return format(time, "%Y-%m-%d"); }
    std::string clock(Timestamp time) const { return format(time, "%H:%M:%S"); }
    std::string short_clock(Timestamp time) const { return format(time, "%H:%M"); }
    // "JST", "+09:00"
    std::string abbreviation(Timestamp time) const { return format(time, "%Z"); }
    std::string offset(Timestamp time) const;
    // What people write: RFC 3339, or, by the site's clock, "2026-11-24 14:05", "2026-11-24T14:05:30", or "14:05" of
    // `now`'s day; seconds may be left out of any. None: no such time, or one that a clock jumped over.
    std::optional<Timestamp> moment(std::string_view text, Timestamp now) const;

  private:
    std::string format(Timestamp time, const char* pattern) const;

    std::string name_;
};

std::string utc_date_time(Timestamp time);  // "2026-11-23 16:56:02"

}  // namespace breakwatch
