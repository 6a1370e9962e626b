// breakwatchd check: reads everything `run` would read and says what is wrong with it, all at once.
#pragma once

#include "app/options.hpp"
#include "app/site.hpp"

namespace breakwatch {

// All that is wrong with a configuration and the files it names; `notes`: what is only worth knowing.
SiteErrors check_site(const std::filesystem::path& file, std::vector<std::string>& notes);
inline SiteErrors check_site(const std::filesystem::path& file)
{
    std::vector<std::string> notes;
    return check_site(file, notes);
}
int run_check(const CheckOptions& options);

}  // namespace breakwatch
