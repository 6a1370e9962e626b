#include "config/changed_keys.hpp"

#include <doctest/doctest.h>

using breakwatch::changed_keys;
using Keys = std::vector<std::string>;

TEST_CASE("changed keys are named by their paths, and comments, order and notation are no change")
{
    const std::string before =
        "site: {name: osaka, time_zone: Asia/Tokyo}\nrosters: [a.csv]\nsyslog:\n  - {name: siem, host: h}\n";
    CHECK(changed_keys(before, before).empty());
    CHECK(changed_keys(before,
                       "# new\nrosters:\n  - a.csv\nsite:\n  time_zone: Asia/Tokyo\n  name: osaka\nsyslog: [{host: h, "
                       "name: siem}]\n")
              .empty());
    CHECK(changed_keys(
              before,
              "site: {name: kobe, time_zone: Asia/Tokyo}\nrosters: [a.csv, b.csv]\nsyslog:\n  - {name: siem}\n") ==
          Keys{"rosters[1]", "site.name", "syslog[0].host"});
    CHECK(changed_keys("", "a: 1\n") == Keys{"a"});
}
