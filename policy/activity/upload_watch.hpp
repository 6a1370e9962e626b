// Media sent to a platform that nothing seen published: a finding of its own, and no sign that it was made public. The
// call that published it may have gone where it could not be read, or the picture into a private message.
// Owned by the engine; event time only.
//
//   first byte -- parts, up to kLookBehind apart -- last byte        + kLookBehind      + kPostHold + kSlack
//        |------------------ one upload ----------------|-- a publish call? --|                 | told, once
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/activity/activity_window.hpp"
#include "policy/activity/exchange.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

class UploadWatch {
  public:
    // None of the 20 such uploads in the labelled captures was a post: ten were discarded, six went into a private
    // message, four were a picture of the person.
    static constexpr double kConfidence = 0.05;
    // A publish call's own length, and the detector's sweep.
    static constexpr Duration kSlack = std::chrono::seconds{1};
    static constexpr std::size_t kPairs = 5'000;  // device and platform

    // `published_from`: findings at least as sure as this are publish calls. The catalogue outlives this, or use()
    // gives another.
    UploadWatch(const PlatformCatalog& catalog, double published_from);

    // Of an enrolled device. What is no upload to a platform where posts can be public is passed over.
    void add(const Exchange& exchange);
    // A finding of the detector; an upload just before it was not alone.
    void found(const Finding& finding);
    // Uploads about which nothing can come any more. Where the watching ends sooner, nothing is known of them, and
    // told.
    std::vector<Finding> advance(Timestamp now);
    // Others are in force: an upload to a server that is not named any more goes.
    void use(const PlatformCatalog& catalog, double published_from);

    std::size_t size() const { return pairs_.size(); }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    struct Upload {
        Exchange last;  // its latest part
        Timestamp from;
        std::uint64_t up_bytes = 0;
        std::uint64_t down_bytes = 0;
        bool published = false;
    };
    using Uploads = std::vector<Upload>;  // of one device on one platform, in order, further apart than kLookBehind
    using Key = std::pair<Device, std::uint16_t>;

    void put(Upload upload);
    Finding describe(const Upload& upload) const;

    const PlatformCatalog* catalog_;
    double published_from_;
    std::map<Key, Uploads> pairs_;  // ordered: findings come in the same order in every run
    Timestamp next_sweep_;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
