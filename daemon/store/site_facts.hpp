// What the configuration in force says to whoever reads an incident later: for what people are watched,
// since when they know, by which clock they live, what the rules were and how far the detector can be trusted.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/activity/validation.hpp"
#include "policy/incident/due.hpp"
#include "policy/types.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct RuleFacts {
    std::string id;
    std::string description;
    Duration within{0};  // after the call's end
    bool during_call = false;
    double least_confidence = 0;
    auto operator<=>(const RuleFacts&) const = default;
};

// The numbers of the detector, and what their confidence is worth.
struct DetectorFacts {
    std::string version;
    std::string trained_on;
    Validation validation;
    auto operator<=>(const DetectorFacts&) const = default;
};

struct SiteFacts {
    std::string site;
    std::string time_zone;  // IANA
    std::string purpose;
    std::string responsible;
    std::string rules_reference;
    std::string notice_date;          // ISO
    std::int64_t retention_days = 0;  // 0: not stated
    std::vector<RuleFacts> rules;
    DueTimes due;  // contractual
    DetectorFacts detector;
    std::vector<std::string> platforms{};  // of the table in force
    std::string platforms_file{};          // that table; "": the shipped one
    std::string rules_file{};              // likewise
    DueTimes statutory{};
    std::chrono::seconds exchange_retention = std::chrono::hours{72};  // of the short-term record; zero: there is none
    auto operator<=>(const SiteFacts&) const = default;

    // None: the incident's rule is not among those in force.
    const RuleFacts* rule(std::string_view id) const;
    DueClock clock() const { return {due, statutory}; }
};

std::string to_json(const SiteFacts& facts);
// None: something else, or of a later version.
std::optional<SiteFacts> site_facts_from_json(std::string_view text);

// Into the database of `directory`, which exists; in place of what was there. At each start and reload.
[[nodiscard]] std::expected<void, std::string> record_site_facts(const std::filesystem::path& directory,
                                                                 const SiteFacts& facts);

}  // namespace breakwatch
