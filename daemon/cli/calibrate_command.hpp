// breakwatch calibrate: a site's own numbers for one platform, from a volunteer's labelled sessions. Keeps feature
// vectors only; installs nothing that does not beat what is in force.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/outcome.hpp"

namespace breakwatch {

struct CalibrateRecordOptions {
    std::filesystem::path capture;
    std::filesystem::path platforms;  // empty: the shipped table
    std::string platform;
    std::filesystem::path output;
};

struct CalibrateFitOptions {
    std::vector<std::filesystem::path> recordings;
    std::filesystem::path model;   // to add to; empty: the shipped one
    std::filesystem::path output;  // written only when the fit is better
};

struct CalibrateCheckOptions {
    std::vector<std::filesystem::path> recordings;
    std::filesystem::path model;
};

struct CalibrateMeasureOptions {
    std::vector<std::filesystem::path> recordings;
    std::filesystem::path model;
    std::filesystem::path output;  // rows of other platforms that are in it, measured with the same model, stay
};

Outcome run_calibrate_record(const CalibrateRecordOptions& options);
Outcome run_calibrate_fit(const CalibrateFitOptions& options);
Outcome run_calibrate_check(const CalibrateCheckOptions& options);
Outcome run_calibrate_measure(const CalibrateMeasureOptions& options);

}  // namespace breakwatch
