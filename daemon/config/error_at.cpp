#include "config/error_at.hpp"

namespace breakwatch {

ConfigError error_at(const Config& config, const std::string& key, const std::string& text)
{
    const auto place = config.places.find(key);
    const auto [line, column] = place == config.places.end() ? std::pair{0, 0} : place->second;
    return {config.file.string(), line, column, key, text};
}

}  // namespace breakwatch
