#include "feeds/people/person_files.hpp"

#include <algorithm>
#include <utility>

#include "feeds/people/enrolment_file.hpp"
#include "feeds/people/roster_sources.hpp"

namespace breakwatch {

namespace {

Timestamp wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

}  // namespace

PersonFiles::PersonFiles(PersonFilesSettings settings, Handler handler)
    : settings_(std::move(settings)), handler_(std::move(handler))
{
    status_.name = "people";
}

RowErrors PersonFiles::load(std::optional<Timestamp> about)
{
    about_ = about.value_or(wall_clock());
    read_ = seen_ = fingerprint();
    auto enrolment = load_enrolment(settings_.enrolment, settings_.site_zone, settings_.enrolment_encoding);
    // Without an enrolment the rosters are still read for what is wrong with them.
    auto roster = load_rosters(settings_.rosters, settings_.roster, about_, enrolment ? enrolment->enrolment : *enrolment_);
    RowErrors errors;
    if (!enrolment) errors = enrolment.error();
    if (!roster) errors.insert(errors.end(), roster.error().begin(), roster.error().end());
    if (!errors.empty()) return errors;
    enrolment_ = std::make_shared<const Enrolment>(std::move(enrolment->enrolment));
    notes_ = std::move(enrolment->notes);
    notes_.insert(notes_.end(), roster->notes.begin(), roster->notes.end());
    status_.taken = enrolment_->people().size() + roster->intervals.size();
    status_.unmapped = roster->others;
    roster_ = Roster(std::move(roster->intervals));
    status_.up = true;
    return {};
}

void PersonFiles::start()
{
    handler_(*enrolment_);
    handler_(roster_);
}

void PersonFiles::reload()
{
    const auto now = wall_clock();
    if (const auto errors = load(); !errors.empty()) return refuse("people", errors, now);
    if (std::exchange(refused_, false)) handler_(FeedState{"people", true, "enrolment and roster are read again", now});
    start();
}

std::string PersonFiles::fingerprint() const
{
    auto files = roster_files(settings_.rosters);
    files.push_back(settings_.enrolment);
    return fingerprint_of(files);
}

void PersonFiles::look()
{
    auto now = fingerprint();
    const bool still = now == std::exchange(seen_, now);
    const bool changed = still && now != read_;
    if (changed || wall_clock() - about_ > settings_.roster.ahead / 4) reload();
}

void PersonFiles::refuse(const std::string& feed, const RowErrors& errors, Timestamp at)
{
    constexpr std::size_t kMostTold = 20;
    status_.refused += errors.size();
    status_.last_refusal = to_string(errors.front());
    for (std::size_t i = 0; i < std::min(errors.size(), kMostTold); ++i) {
        const auto& error = errors[i];
        handler_(InputRefused{feed, error.file + (error.line > 0 ? ":" + std::to_string(error.line) : ""),
                              (error.column.empty() ? "" : error.column + ": ") + error.text, at});
    }
    const auto more = errors.size() > 1 ? " (and " + std::to_string(errors.size() - 1) + " more)" : "";
    refused_ = true;
    handler_(FeedState{feed, false, "refused, the last good state stays: " + to_string(errors.front()) + more, at});
}

}  // namespace breakwatch
