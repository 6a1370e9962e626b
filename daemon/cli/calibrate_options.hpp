// The command line of `breakwatch calibrate`, which has commands of its own.
#pragma once

#include "cli/calibrate_command.hpp"
#include "cli/calibrate_kit.hpp"
#include "cli/calibrate_live.hpp"
#include "cli/outcome.hpp"

namespace CLI {
class App;
}

namespace breakwatch {

struct CalibrateOptions {
    CalibrateRecordOptions record;
    CalibrateLiveOptions live;  // instead, when a device is named
    CalibrateKitOptions kit;
    CalibrateFitOptions fit;
    CalibrateCheckOptions check;
    CalibrateMeasureOptions measure;
};

void add_calibrate(CLI::App& app, CalibrateOptions& options);
Outcome run_calibrate(const CLI::App& command, const CalibrateOptions& options);

}  // namespace breakwatch
