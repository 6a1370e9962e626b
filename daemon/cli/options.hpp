// The command line of the operator's tool: which command, with what.
#pragma once

#include "cli/outcome.hpp"

namespace breakwatch {

// Parses and runs. Help and version are outcomes too.
Outcome run_tool(int argc, const char* const* argv);

}  // namespace breakwatch
