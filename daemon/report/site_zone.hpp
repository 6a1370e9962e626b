// Times by the site's own clock, beside UTC. Uses the C library's time zone, which is one per process:
// one thread only.
#pragma once

#include <string>

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

  private:
    std::string format(Timestamp time, const char* pattern) const;

    std::string name_;
};

std::string utc_date_time(Timestamp time);  // "2026-11-23 16:56:02"

}  // namespace breakwatch
