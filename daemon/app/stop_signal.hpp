// SIGINT or SIGTERM ends a look at the wire in order; a second one ends the program as usual. Commands of one thread.
#pragma once

#include <csignal>

namespace breakwatch {

inline volatile std::sig_atomic_t stop_asked = 0;

inline void stop_on_signals()
{
    struct sigaction action = {};
    action.sa_handler = [](int) { stop_asked = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace breakwatch
