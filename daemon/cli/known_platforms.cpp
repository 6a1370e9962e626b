#include "cli/known_platforms.hpp"

#include <algorithm>

#include "config/load_config.hpp"
#include "config/near_word.hpp"
#include "config/read_values.hpp"
#include "report/plain_text.hpp"
#include "store/site_facts.hpp"

namespace breakwatch {

std::vector<std::string> known_platforms(const CaseFile& file)
{
    if (const auto site = file.site(); site && !site->platforms.empty()) return site->platforms;
    const auto shipped = load_platforms({});
    return shipped ? shipped->platforms() : std::vector<std::string>{};
}

std::string objection_to_platform(const std::string& platform, const std::vector<std::string>& known)
{
    if (std::ranges::find(known, platform) != known.end()) return "";
    const auto near = nearest_word(platform, known);
    return "--platform: found '" + printable(platform) + "'; expected one of " + listed(known) +
           (near ? "; did you mean '" + *near + "'?" : "");
}

}  // namespace breakwatch
