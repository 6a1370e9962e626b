// breakwatch due: what is due of incidents, and what is late; breakwatch promise: an answer that somebody promised.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct DueOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    bool json = false;
};
Outcome run_due(const DueOptions& options);

struct PromiseOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;
    std::string by;  // RFC 3339, or by the site's clock
    std::string to;  // a role
    std::string reason;
};
Outcome run_promise(const PromiseOptions& options);

}  // namespace breakwatch
