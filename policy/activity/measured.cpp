#include "policy/activity/measured.hpp"

#include <algorithm>
#include <cmath>

namespace breakwatch {

namespace {

// The probability of `count` events or fewer.
double poisson_cdf(std::size_t count, double mean)
{
    double log_term = -mean;
    double sum = std::exp(log_term);
    for (std::size_t i = 1; i <= count; ++i) {
        log_term += std::log(mean / static_cast<double>(i));
        sum += std::exp(log_term);
    }
    return sum;
}

}  // namespace

bool is_enough(const Measured& measured)
{
    return measured.posts >= kLeastPostsMeasured && measured.browse_hours >= kLeastBrowseHours;
}

bool is_measured(const MeasuredRecord& record, std::string_view platform)
{
    return std::ranges::any_of(record, [&](const Measured& m) { return m.platform == platform && is_enough(m); });
}

void put_over(MeasuredRecord& record, const MeasuredRecord& newer)
{
    for (const auto& row : newer) {
        const auto known = std::ranges::find(record, row.platform, &Measured::platform);
        if (known == record.end()) {
            record.push_back(row);
        } else {
            *known = row;
        }
    }
}

double poisson_upper(std::size_t count)
{
    constexpr double kMissed = 0.05;
    auto low = static_cast<double>(count);
    auto high = low + 10 + 5 * std::sqrt(low);
    for (int i = 0; i < 60; ++i) {
        const auto middle = (low + high) / 2;
        (poisson_cdf(count, middle) > kMissed ? low : high) = middle;
    }
    return high;
}

double false_per_hour(const Measured& measured)
{
    return measured.browse_hours > 0 ? static_cast<double>(measured.false_findings) / measured.browse_hours : 0;
}

double upper_per_hour(const Measured& measured)
{
    return measured.browse_hours > 0 ? poisson_upper(measured.false_findings) / measured.browse_hours : 0;
}

}  // namespace breakwatch
