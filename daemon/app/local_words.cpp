#include "app/local_words.hpp"

#include "feeds/core/local_time.hpp"

namespace breakwatch {

std::string local_words(Timestamp at, const std::string& zone)
{
    const auto text = to_rfc3339(Timestamp{utc_to_local(at, zone).time_since_epoch()});
    return text.substr(0, 10) + " " + text.substr(11, 5) + " " + zone;
}

}  // namespace breakwatch
