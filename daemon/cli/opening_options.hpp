// The command lines of the walk of two people to a name: opener, ask, approve, open.
#pragma once

#include "cli/opener_command.hpp"
#include "cli/opening_commands.hpp"
#include "cli/outcome.hpp"

namespace CLI {
class App;
}

namespace breakwatch {

struct OpeningOptions {
    OpenerMakeOptions make;
    AskOptions ask;
    ApproveOptions approve;
    OpenOptions open;
};

void add_openings(CLI::App& app, OpeningOptions& options);

}  // namespace breakwatch
