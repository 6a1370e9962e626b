// How a model does on what it has not seen: each part of the lab (a session, a client's phones, a
// platform) is judged by a model trained on all the rest. Never split by flow.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "learn/evaluation.hpp"
#include "learn/training.hpp"

namespace breakwatch {

enum class LeaveOut : std::uint8_t { session, client, platform };

// One session, or the left-out part of it.
struct HeldBack {
    std::unique_ptr<LabSession> session;  // the judgements point into it
    std::vector<JudgedFinding> plain;
    std::vector<JudgedFinding> overlaid;  // with as many non-post actions of other sessions laid over it
};

struct CrossValidation {
    std::vector<HeldBack> parts;
    std::vector<JudgedFinding> plain() const;
    std::vector<JudgedFinding> overlaid() const;
    std::size_t posts() const;
    std::vector<const LabSession*> sessions() const;
};

// Confidences are the logistic of the score: enough to rank by, and to fit a calibration on.
CrossValidation cross_validate(const std::vector<LabSession>& sessions, LeaveOut what, const TrainingOptions& options,
                               const PlatformCatalog& catalog);

// Which client a device ran, by its labels.
std::string client_of(const LabSession& session, const MacAddress& mac);

}  // namespace breakwatch
