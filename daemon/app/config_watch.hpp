// The main configuration file while the daemon runs: it is read at the start alone, so what became of it since is told
// at each reload, and never left for the next start to stumble on. Main thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "policy/effect.hpp"

namespace breakwatch {

class ConfigWatch {
  public:
    // Takes the file as it is now for the one that is in force.
    explicit ConfigWatch(std::filesystem::path file);

    // What there is to tell: the file is broken, differs in these keys, or is again as it was. None: all as before.
    std::optional<ReportHealth> look(Timestamp now);
    // Words for the service manager; "" while the file is the one in force.
    std::string pending() const { return pending_; }
    // SHA-256 of the file in force, as sha256sum prints it.
    std::string digest() const;

  private:
    ReportHealth tell(Severity severity, std::string text, Timestamp now) const;

    std::filesystem::path file_;
    std::string in_force_;
    std::string pending_;
};

}  // namespace breakwatch
