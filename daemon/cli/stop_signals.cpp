#include "cli/stop_signals.hpp"

#include <csignal>
#include <initializer_list>

namespace breakwatch {

namespace {

volatile std::sig_atomic_t signalled = 0;

void ask_to_stop(int)
{
    signalled = 1;
}

}  // namespace

void stop_on_signals()
{
    signalled = 0;
    struct sigaction action = {};
    action.sa_handler = ask_to_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const auto number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
    // Ctrl-C also ends the program that our words are piped to.
    std::signal(SIGPIPE, SIG_IGN);
}

bool stop_asked()
{
    return signalled != 0;
}

}  // namespace breakwatch
