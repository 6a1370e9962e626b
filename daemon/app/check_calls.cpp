#include "app/check_calls.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "app/feeds.hpp"
#include "app/local_words.hpp"
#include "config/error_at.hpp"
#include "feeds/calls/call_systems.hpp"
#include "policy/text.hpp"

namespace breakwatch {
namespace {

using Weight = CheckFinding::Weight;

constexpr std::uintmax_t kLargestRead = 256UL * 1024 * 1024;
constexpr Duration kAhead = std::chrono::minutes{10};

// What one feed says of the enrolled.
struct Understood {
    FeedStatus status;
    std::size_t contacts = 0;  // handled ones, ended
    std::size_t states = 0;
    Timestamp first = Timestamp::max();
    Timestamp last = Timestamp::min();
};

Understood read_to_the_end(const Config& config, const CallFeedConfig& feed, const PersonFiles& people)
{
    Understood all;
    const auto span = [&](Timestamp at) {
        all.first = std::min(all.first, at);
        all.last = std::max(all.last, at);
    };
    const auto take = [&](const Observation& observation) {
        if (const auto* call = std::get_if<CallEvent>(&observation)) {
            all.contacts += call->type == CallEvent::Type::call_end ? 1 : 0;
            span(call->at);
        } else if (const auto* state = std::get_if<AgentStateEvent>(&observation)) {
            ++all.states;
            span(state->at);
        }
    };
    boost::asio::io_context io;
    Config alone;
    alone.site = config.site;
    alone.calls = {feed};
    const auto feeds = make_feeds(io, alone, FeedMode::once, [&people] { return people.enrolment(); }, take);
    for (const auto& each : feeds) each->start();
    io.run();
    if (!feeds.empty()) all.status = feeds.front()->status();
    return all;
}

std::string names_of_nobody(const FeedStatus& status)
{
    constexpr std::size_t kShown = 5;
    std::string all;
    std::size_t shown = 0;
    for (const auto& name : status.unmapped_names) {
        if (++shown > kShown) return all + ", ...";
        all += (all.empty() ? "" : ", ") + name;
    }
    return all;
}

class CallFileJudge {
  public:
    CallFileJudge(const Config& config, std::size_t index, CheckFindings& findings)
        : config_(config),
          key_("calls[" + std::to_string(index) + "]"),
          file_(config.calls[index].path),
          findings_(findings)
    {}

    void add(Weight weight, const std::string& text)
    {
        findings_.push_back({weight, error_at(config_, key_, file_.string() + ": " + text)});
    }

    void judge(const Understood& read, Timestamp now)
    {
        const auto& zone = config_.site.time_zone;
        const auto& status = read.status;
        const bool nothing = read.contacts + read.states == 0;
        auto told = counted(status.taken, "record") + " read, " + std::to_string(status.refused) +
                    " refused: of enrolled people " + counted(read.contacts, "handled contact") + " and " +
                    counted(read.states, "state");
        if (!nothing) told += ", " + local_words(read.first, zone) + " to " + local_words(read.last, zone);
        if (status.unmapped > 0)
            told += "; " + std::to_string(status.unmapped) + " of others: " + names_of_nobody(status);
        add(Weight::note, told);
        if (status.refused > 0)
            add(Weight::warning,
                "refused: " + status.last_refusal +
                    (status.refused > 1 ? " (and " + std::to_string(status.refused - 1) + " more)" : ""));
        if (!nothing && read.last > now + kAhead)
            add(Weight::warning, "the last is of " + local_words(read.last, zone) +
                                     ", which is to come: is time_zone the call system's own?");
        if (!nothing || status.taken + status.refused == 0) return;
        add(Weight::warning,
            status.unmapped > 0
                ? "tells of nobody who is enrolled; enter the names it uses as agent_aliases into the enrolment: " +
                      names_of_nobody(status)
                : "tells of no handled contact; is it the format that is configured, and do the conditions (`when`) "
                  "hold for its records?");
    }

  private:
    const Config& config_;
    std::string key_;
    std::filesystem::path file_;
    CheckFindings& findings_;
};

}  // namespace

CheckFindings check_call_files(const Config& config, const PersonFiles& people, Timestamp now)
{
    CheckFindings findings;
    for (std::size_t i = 0; i < config.calls.size(); ++i) {
        const auto& feed = config.calls[i];
        std::error_code error;
        if (feed.path.empty() || !has_an_end(feed) || !std::filesystem::is_regular_file(feed.path, error)) continue;
        CallFileJudge judgement(config, i, findings);
        if (std::filesystem::file_size(feed.path, error) > kLargestRead) {
            judgement.add(Weight::note, "larger than 256 MiB, and not read here");
            continue;
        }
        judgement.judge(read_to_the_end(config, feed, people), now);
    }
    return findings;
}

}  // namespace breakwatch
