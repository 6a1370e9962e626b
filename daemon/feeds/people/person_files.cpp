#include "feeds/people/person_files.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "feeds/people/enrolment_file.hpp"
#include "feeds/people/roster_sources.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostTold = 20;

std::string place_of(const RowError& error)
{
    return error.file + (error.line > 0 ? ":" + std::to_string(error.line) : "");
}

std::string text_of(const RowError& error)
{
    return (error.column.empty() ? "" : error.column + ": ") + error.text;
}

}  // namespace

PersonFiles::PersonFiles(PersonFilesSettings settings, Handler handler)
    : settings_(std::move(settings)), handler_(std::move(handler))
{
    status_.name = "people";
}

RowErrors PersonFiles::load(std::optional<Timestamp> about)
{
    about_ = about.value_or(wall_clock());
    if (settings_.enrolment.empty())
        return {{"enrolment", 0, "", "no file is configured; expected the list of whose devices are looked at"}};
    read_ = seen_ = fingerprint();
    auto enrolment = load_enrolment(settings_.enrolment, settings_.site_zone, settings_.enrolment_encoding);
    // Without an enrolment the rosters are still read for what is wrong with them.
    auto roster =
        load_rosters(settings_.rosters, settings_.roster, about_, enrolment ? enrolment->enrolment : *enrolment_);
    RowErrors errors;
    if (!enrolment) errors = enrolment.error();
    if (!roster) errors.insert(errors.end(), roster.error().begin(), roster.error().end());
    if (!errors.empty()) return errors;
    enrolment_ = std::make_shared<const Enrolment>(std::move(enrolment->enrolment));
    encodings_ = enrolment->notes;
    encodings_.insert(encodings_.end(), roster->notes.begin(), roster->notes.end());
    notes_ = std::move(enrolment->notes);
    const auto notes = notes_of(*roster);
    notes_.insert(notes_.end(), notes.begin(), notes.end());
    status_.taken = enrolment_->people().size() + roster->intervals.size();
    status_.unmapped = roster->others;
    note(*roster);
    roster_ = Roster(std::move(roster->intervals));
    status_.up = true;
    return {};
}

void PersonFiles::start()
{
    handler_(*enrolment_);
    handler_(roster_);
    tell_notes();
}

void PersonFiles::note(RosterFile& roster)
{
    roster_file_.refused = std::move(roster.refused);
    roster_file_.words = std::move(roster.words);
    roster_file_.refused_more = roster.refused_more;
    status_.refused += roster_file_.refused.size() + roster_file_.refused_more;
    if (!roster_file_.refused.empty()) status_.last_refusal = to_string(roster_file_.refused.front());
}

// Once for each content: files are read again every other day. Titles are people's own words and stay here.
void PersonFiles::tell_notes()
{
    std::string all;
    for (const auto& note : notes_) all += to_string(note) + "\n";
    if (all == std::exchange(notes_told_, all)) return;
    for (const auto& note : encodings_) handler_(InputRefused{"people", place_of(note), text_of(note), about_, true});
    const auto& rows = roster_file_.refused;
    for (std::size_t i = 0; i < std::min(rows.size(), kMostTold); ++i) {
        const auto more = rows.size() - kMostTold + roster_file_.refused_more;
        const auto others = i + 1 == kMostTold && more > 0 ? " (and " + std::to_string(more) + " more rows)" : "";
        handler_(InputRefused{"people", place_of(rows[i]),
                              text_of(rows[i]) + "; that person's duty then is taken as not known" + others, about_});
    }
    const auto& words = roster_file_.words;
    if (words.empty()) return;
    std::uint64_t times = 0;
    for (const auto& [word, place] : words) times += place.times;
    const auto& first = words.begin()->second;
    handler_(InputRefused{"people", first.file + ":" + std::to_string(first.line),
                          std::to_string(times) + " rows or events of " + std::to_string(words.size()) +
                              " titles have no known meaning: duty then counts as not known; breakwatchd check names "
                              "them: say in roster.activities what they mean",
                          about_, true});
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
    status_.refused += errors.size();
    status_.last_refusal = to_string(errors.front());
    for (std::size_t i = 0; i < std::min(errors.size(), kMostTold); ++i) {
        const auto& error = errors[i];
        handler_(InputRefused{feed, place_of(error), text_of(error), at});
    }
    const auto more = errors.size() > 1 ? " (and " + std::to_string(errors.size() - 1) + " more)" : "";
    refused_ = true;
    handler_(FeedState{feed, false, "refused, the last good state stays: " + to_string(errors.front()) + more, at});
}

}  // namespace breakwatch
