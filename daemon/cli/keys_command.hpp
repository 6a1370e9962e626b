// breakwatch keys: what may stand in the configuration of a feed or sink, with defaults; with --json, for tools.
#pragma once

#include "cli/outcome.hpp"

namespace breakwatch {

struct KeysOptions {
    bool json = false;
};

Outcome run_keys(const KeysOptions& options);

}  // namespace breakwatch
