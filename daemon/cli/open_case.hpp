// One incident looked up in the store.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "cli/outcome.hpp"
#include "report/case_view.hpp"

namespace breakwatch {

// The outcome says what failed, or that there is no such incident and which one was nearly named.
std::expected<CaseView, Outcome> view_case(const std::filesystem::path& state, const std::string& id);
Outcome no_such_incident(const CaseFile& file, const std::string& id, const std::filesystem::path& state);

}  // namespace breakwatch
