// Enrolment and rosters: read whole at start and at each reload. A bad file leaves the last good state
// in force and is told, with how much is wrong. Main thread only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "intake/call_intake.hpp"
#include "intake/csv_table.hpp"
#include "intake/feed.hpp"

namespace breakwatch {

struct PersonFilesSettings {
    std::filesystem::path enrolment;
    std::vector<std::filesystem::path> rosters;
    std::string site_zone = "UTC";
};

class PersonFiles final : public Feed {
  public:
    PersonFiles(PersonFilesSettings settings, Handler handler);

    // Reads both; every error, so that a start can be refused with all of them. Nothing is told.
    RowErrors load();
    void start() override;   // tells what was loaded
    void stop() override {}
    void reload() override;
    FeedStatus status() const override { return status_; }

    // The one in force; replaced, never changed.
    std::shared_ptr<const Enrolment> enrolment() const { return enrolment_; }

  private:
    void refuse(const std::string& feed, const RowErrors& errors, Timestamp at);

    PersonFilesSettings settings_;
    Handler handler_;
    std::shared_ptr<const Enrolment> enrolment_ = std::make_shared<Enrolment>();
    Roster roster_;
    FeedStatus status_;
    bool refused_ = false;
};

}  // namespace breakwatch
