// A command that ends in order at SIGINT, SIGTERM or SIGHUP (the terminal has gone): what was gathered is kept.
#pragma once

namespace breakwatch {

// From now on the first of each asks to stop; a second one ends the program as usual.
void stop_on_signals();
bool stop_asked();

}  // namespace breakwatch
