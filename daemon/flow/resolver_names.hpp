// Names of public resolvers that answer DNS over HTTPS: a device that talks to one asks out of sight.
#pragma once

#include <string_view>

namespace breakwatch {

// `name`: lower case, without a trailing dot.
bool is_public_resolver(std::string_view name);

}  // namespace breakwatch
