// What a sink's failures come to for whoever has to mend them: each reason told once until all has been well for a
// while, not at each attempt, and no more than a few, whatever the receiver answers; then the end. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "alerts/sink.hpp"
#include "base/timer.hpp"

namespace breakwatch {

class SinkTroubles {
  public:
    static constexpr std::chrono::hours kCertificateEnds{30 * 24};
    static constexpr std::size_t kMostReasons = 8;
    static constexpr std::size_t kMostCertificates = 64;

    // `quiet`: so long without a failure is the end of a trouble.
    SinkTroubles(boost::asio::io_context& io, std::chrono::milliseconds quiet) : over_(io), quiet_(quiet) {}

    void listen(std::function<void(const SinkNotice&)> tell);
    void failed();                          // of any kind: what was told is not over
    void trouble(const std::string& what);  // of a kind that lasts until somebody mends it
    void well();                            // something arrived
    void note(Severity severity, std::string text);
    // Whose: "the receiver's certificate". Told once of each, when it ends in less than kCertificateEnds.
    void certificate(const std::string& whose, const std::string& which, Timestamp expires, Timestamp now);
    void stop() { over_.stop(); }

  private:
    OnceTimer over_;
    std::chrono::milliseconds quiet_;
    std::function<void(const SinkNotice&)> tell_;
    std::vector<SinkNotice> waiting_;  // until somebody listens
    std::set<std::string> told_;       // of this trouble; empty: all is well
    bool ending_ = false;
    std::set<std::string> certificates_;
};

}  // namespace breakwatch
