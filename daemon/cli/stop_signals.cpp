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
    for (const auto signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

bool stop_asked()
{
    return signalled != 0;
}

}  // namespace breakwatch
