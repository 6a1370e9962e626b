// The files that a run would open besides those with rows: secrets, keys and certificates, and the daemon's own folder.
#pragma once

#include "app/check_finding.hpp"
#include "config/config.hpp"

namespace breakwatch {

CheckFindings check_secrets(const Config& config);
// A note where one person alone can open names.
CheckFindings check_openers(const Config& config);
CheckFindings check_certificates(const Config& config, Timestamp now);
// Feeds that are files: there, readable, and no folder. They may come later, and so are warnings.
CheckFindings check_feed_files(const Config& config);
// Whether `user` may read the configuration, what it names, and the feeds' files that are there already: whoever asks
// may be root. Nothing without such a user.
CheckFindings check_readable(const Config& config, const std::string& user);
// Whether `user` (or, without such a user, this one) may write there.
CheckFindings check_state_directory(const Config& config, const std::string& user);

}  // namespace breakwatch
