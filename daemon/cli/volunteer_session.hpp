// One session of a volunteer, from the first look at their device to the recording of it. Shared by `calibrate record`
// and `calibrate kit`. One thread.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cli/mark_reader.hpp"
#include "cli/watch_setup.hpp"
#include "learn/device_watch.hpp"
#include "learn/marks.hpp"

namespace breakwatch {

// When a session ends by itself.
struct SessionBounds {
    Duration at_most{0};    // 0: not by time
    std::size_t marks = 0;  // so many were set, and some seconds went by in which the last may be taken back; 0: not
};

struct NothingKept {
    std::string why;
    int exit_code = tool_failure;
};

class VolunteerSession {
  public:
    static constexpr std::chrono::seconds kGrace{10};

    // All outlive it. `beside` is called between any two looks, four times a second at least.
    VolunteerSession(const WatchOptions& options, const WatchSetup& setup, DeviceWatch& watch, MarkReader& reader,
                     const Tell& tell, std::function<void()> beside = {});

    // Until the volunteer, a signal or a bound ends it, and then for what follows the last request. An interface that
    // goes ends it too: then cut_short() says so, and what came before is as good as any.
    void run(const SessionBounds& bounds = {});
    // Why the interface went; empty: it did not.
    const std::string& cut_short() const { return cut_short_; }
    Timestamp begin() const { return begin_; }
    bool ending() const { return ending_; }  // nothing is marked any more

    // Once, after run().
    std::expected<MarkedRecording, NothingKept> conclude(const std::string& name);
    // What is in it, as it was written to `file`.
    std::string summary(const MarkedRecording& marked, const std::filesystem::path& file) const;

  private:
    bool look();
    bool enough(const SessionBounds& bounds, Timestamp now);
    void tell_silence(Timestamp now);
    std::string unseen() const;
    std::string distances(const MarkedRecording& marked) const;
    std::string unanswered(const MarkedRecording& marked, std::size_t count) const;
    std::string losses() const;

    const WatchOptions& options_;
    const WatchSetup& setup_;
    DeviceWatch& watch_;
    MarkReader& reader_;
    const Tell& tell_;
    std::function<void()> beside_;
    std::string cut_short_;
    Timestamp begin_;
    Timestamp end_;
    Timestamp heard_;  // the last packet, or the begin
    std::uint64_t packets_ = 0;
    bool silence_told_ = false;
    bool ending_ = false;
    std::optional<Timestamp> enough_since_;
};

}  // namespace breakwatch
