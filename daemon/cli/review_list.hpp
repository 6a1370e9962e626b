// The list that a reviewer works through: what was concluded and how surely, and of nobody whom it is about, nor which
// call it came after, by which that could be looked up. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/incident/incident.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

struct ReviewRow {
    Incident incident;
    std::optional<GivenVerdict> verdict;
};

struct ReviewList {
    std::vector<ReviewRow> rows;  // by time of the first finding, then by id
    std::size_t left = 0;         // more of them, after the last row
};

std::string review_table(const ReviewList& list);
std::string review_json(const ReviewList& list);

}  // namespace breakwatch
