// How the programs end; breakwatchd(8) lists them.
#pragma once

namespace breakwatch {

enum ExitCode : int {
    exit_success = 0,
    exit_failure = 1,       // something failed while running: the last log line says what
    exit_usage = 2,         // the command line
    exit_config = 3,        // configuration, roster, enrolment or data files; every error was printed
    exit_precondition = 4,  // purpose, responsible person, notice ... are not stated
    exit_capture = 5,       // the interface or capture file cannot be opened or read
    exit_clock = 6,         // the machine's clock was set: to be started again at once
    exit_fault = 7,         // an exception nobody expected; what was owed was stored: to be started again
};

}  // namespace breakwatch
