// Enrolment and rosters: read whole at start, at each reload, and when a file was changed. A bad file
// leaves the last good state in force and is told, with how much is wrong; a bad row of a roster is told and costs
// that row alone. Main thread only.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "feeds/calls/core/call_intake.hpp"
#include "feeds/core/csv_table.hpp"
#include "feeds/core/feed.hpp"
#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

struct PersonFilesSettings {
    std::filesystem::path enrolment;
    std::vector<std::filesystem::path> rosters;  // files and directories
    std::string site_zone = "UTC";
    RosterSettings roster;
    Encoding enrolment_encoding = Encoding::automatic;
};

class PersonFiles final : public Feed {
  public:
    PersonFiles(PersonFilesSettings settings, Handler handler);

    // Reads both; every error, so that a start can be refused with all of them. Nothing is told.
    // Recurring events are spelled out about `about`; the wall clock where none is given.
    RowErrors load(std::optional<Timestamp> about = {});
    void start() override;  // tells what was loaded
    void stop() override {}
    void reload() override;
    FeedStatus status() const override { return status_; }
    // Of what was read last, though not as it stands there or not all of it: told, and no reason to refuse it. Titles
    // are named, so that it is not for logs.
    const RowErrors& notes() const { return notes_; }
    // Of these, those that say how a file was read; the others say what of it was not taken.
    const RowErrors& encodings() const { return encodings_; }

    // Looks whether a file was changed, came or went; to be called again and again. What is still being
    // written is left alone until two looks find it the same. Reads anew, too, when recurring events
    // have to be spelled out further.
    void look();

    // The one in force; replaced, never changed.
    std::shared_ptr<const Enrolment> enrolment() const { return enrolment_; }
    const Roster& roster() const { return roster_; }

  private:
    std::string fingerprint() const;
    void note(RosterFile& roster);
    void tell_notes();
    void refuse(const std::string& feed, const RowErrors& errors, Timestamp at);

    PersonFilesSettings settings_;
    Handler handler_;
    std::shared_ptr<const Enrolment> enrolment_ = std::make_shared<Enrolment>();
    Roster roster_;
    FeedStatus status_;
    bool refused_ = false;
    RowErrors notes_;
    RowErrors encodings_;  // of notes_: what was recognised and not configured
    std::string read_;     // fingerprint of what was read last
    std::string seen_;     // and of the latest look
    Timestamp about_;
    RosterFile roster_file_;  // what is left of it when its rows are in force
    std::string notes_told_;  // to the SIEM
};

}  // namespace breakwatch
