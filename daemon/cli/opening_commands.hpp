// breakwatch ask, approve and open: two people open whom an incident is about. Each step is recorded and told; ask and
// open are the sensor's, approve may run anywhere.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/outcome.hpp"

namespace breakwatch {

struct AskOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;
    std::string reason;
    std::string within = "24h";
    std::filesystem::path output;  // the request as a file; empty: none is needed
};

struct ApproveOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string what;  // a request's file, or, on the sensor, a request's or incident's id
    std::filesystem::path opener;
    std::filesystem::path passphrase_file;
    std::filesystem::path output;  // of a request's file
};

struct OpenOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;
    std::vector<std::filesystem::path> approvals;
};

Outcome run_ask(const AskOptions& options);
Outcome run_approve(const ApproveOptions& options);
Outcome run_open(const OpenOptions& options);

}  // namespace breakwatch
