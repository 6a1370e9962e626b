// What a sink's failures come to for whoever has to mend them: each told once when it begins or changes, not at each
// attempt, and its end when all has been well for a while. Main thread only.
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
    std::string told_;                 // "" all is well
    bool ending_ = false;
    std::set<std::string> certificates_;
};

}  // namespace breakwatch
