// An alert for tests of its formats.
#pragma once

#include "store/alert.hpp"

namespace breakwatch::test {

inline Alert an_alert()
{
    Alert alert;
    alert.sequence = 7;
    alert.previous = 6;
    alert.code = "BW-1001";
    alert.message_id = "POSTLIKE";
    alert.severity = Severity::warning;
    alert.at = *parse_rfc3339("2026-11-23T09:18:41.207Z");
    alert.fields = {{"id", "bw-4f1c"}, {"subj", "p-7f3a9c01d2e4"}, {"plat", "x"}};
    alert.text = "post-like activity on x by p-7f3a9c01d2e4";
    return alert;
}

}  // namespace breakwatch::test
