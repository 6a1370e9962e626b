// breakwatch events: what a SIEM is told, and what to do about each; with --json, the fields and their types too.
#pragma once

#include "cli/outcome.hpp"

namespace breakwatch {

struct EventsOptions {
    bool json = false;
};

Outcome run_events(const EventsOptions& options);

}  // namespace breakwatch
