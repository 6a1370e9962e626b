// What of a kit is there, what is still missing, and which session comes next: from the recordings alone, so that it
// goes on where it was interrupted. Pure.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace breakwatch {

// What is asked of the volunteer.
struct KitWish {
    std::string platform;
    std::string app;  // empty: none is told apart
    std::string label = "text_post";
    std::size_t posts = 40;
    long minutes = 60;  // of browsing alone
};

// A recording in the kit's folder.
struct KitRecording {
    std::string file;  // its name there
    std::string platform;
    std::string app;
    std::string label;
    std::size_t number = 0;  // 0: the kit did not name it
    std::size_t posts = 0;
    double minutes = 0;
};

struct KitProgress {
    std::size_t posts = 0;  // marked, and answered by a request
    std::size_t post_sessions = 0;
    double minutes = 0;
    std::size_t browse_sessions = 0;
};

// One session: so many posts, or so many minutes of browsing alone.
struct KitStep {
    std::string label;
    std::size_t posts = 0;
    long minutes = 0;
    bool operator==(const KitStep&) const = default;
};

// PLATFORM[-APP]-LABEL-NUMBER.rec
std::string kit_file_name(const std::string& platform, const std::string& app, const std::string& label,
                          std::size_t number);
// App and number of such a name, the rest being known; of another name neither.
void read_kit_name(KitRecording& recording);
// Letters, digits, '_' and '.', 32 at most: it is a part of a file's name, between '-'.
bool is_app_name(const std::string& app);

KitProgress progress_of(const std::vector<KitRecording>& recordings, const KitWish& wish);
// Empty: all is there. Browsing comes first: an account that has just posted is told of answers and likes, and reads
// its own posts again, which is no ordinary browsing.
std::optional<KitStep> next_step(const std::vector<KitRecording>& recordings, const KitWish& wish);
// The number of the platform's, app's and label's next recording: one that none has had.
std::size_t next_number(const std::vector<KitRecording>& recordings, const KitWish& wish, const std::string& label);

// "17 of 40 posts in 2 sessions; 40 of 60 minutes of browsing alone in 2 sessions"
std::string in_words(const KitProgress& progress, const KitWish& wish);

// What `calibrate fit` can do with them: of the last third, held back, and the rest the posts are enough. In the order
// to give them in; empty: it would refuse them.
std::vector<KitRecording> order_for_fit(const std::vector<KitRecording>& recordings, const std::string& platform);

struct KitPlaces {
    std::filesystem::path folder;
    std::filesystem::path detector;  // in force; empty: the shipped one
    std::filesystem::path measured;  // the configured one; empty: none
};

// The commands that come next, with the names of all the platform's recordings, as text for a terminal.
std::string next_commands(const std::vector<KitRecording>& recordings, const std::string& platform,
                          const KitPlaces& places);

}  // namespace breakwatch
