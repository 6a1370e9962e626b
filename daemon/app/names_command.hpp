// breakwatchd names: every server name in captures or on an interface, with its flow; what DNS,
// DHCP, RADIUS accounting and ARP told besides. A network engineer's tool: it prints what it sees,
// staff included, so its output is for the one who asked and is kept nowhere by us.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace breakwatch {

struct NamesOptions {
    std::vector<std::string> captures;  // "-": standard input
    std::string interface;              // instead of captures
    bool flows = false;
    bool stats = false;
};

CLI::App* add_names(CLI::App& app, NamesOptions& options);
int run_names(const NamesOptions& options);

}  // namespace breakwatch
