// breakwatch emit-samples: each kind of event in turn, printed in a format or sent to a configured destination, so that
// a SIEM's parsers and maps can be seen to work. Samples never enter the store; that they were sent does, as an audit
// entry.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct EmitSamplesOptions {
    std::string to;  // a sink's name; "": print
    std::string format = "rfc5424";
    std::string header = "rfc5424";
    std::size_t count = 0;  // 0: each kind of event once
    std::filesystem::path config = "/etc/breakwatch/breakwatch.yaml";
    std::filesystem::path state = "/var/lib/breakwatch";
};

Outcome run_emit_samples(const EmitSamplesOptions& options);

}  // namespace breakwatch
