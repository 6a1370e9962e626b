// breakwatch test-destination: connects to a configured destination as the daemon does, says what TLS agreed on, sends
// one sample, and says what came back.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct TestDestinationOptions {
    std::string name;
    std::filesystem::path config = "/etc/breakwatch/breakwatch.yaml";
    std::filesystem::path state = "/var/lib/breakwatch";
};

Outcome run_test_destination(const TestDestinationOptions& options);

}  // namespace breakwatch
