#include "policy/activity/validation.hpp"

namespace breakwatch {

double precision_at(const Validation& validation, double actions_per_post, double exposed)
{
    if (validation.posts == 0 || validation.others == 0) return 0;
    const auto found = static_cast<double>(validation.found) / static_cast<double>(validation.posts);
    const auto false_rate = static_cast<double>(validation.wrong) / static_cast<double>(validation.others);
    const auto wrong = (actions_per_post - 1) * exposed * false_rate;
    return found + wrong > 0 ? found / (found + wrong) : 0;
}

}  // namespace breakwatch
