// The running daemon: capture threads, main loop, store thread, and everything between them.
// Made, run and destroyed by the main thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/capture_thread.hpp"
#include "app/site.hpp"
#include "store/run_mark.hpp"
#include "store/store.hpp"

namespace breakwatch {

// What is there before the loop starts: configuration read, capture open, privileges dropped.
struct ServiceParts {
    Config config;
    std::shared_ptr<const Tables> tables;
    std::vector<std::unique_ptr<PacketSource>> sources;  // of each interface
    std::unique_ptr<Store> store;
    std::shared_ptr<const IdentityKey> key;
    std::optional<Timestamp> unfinished_run;   // began, and never ended properly
    std::optional<ClockMark> clock_mark = {};  // the machine's clock as the last run left it
};

class Service {
  public:
    explicit Service(ServiceParts parts);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Enrolment and roster, before run(): what is wrong with them.
    RowErrors load_people();
    // Until SIGTERM or SIGINT, or until the machine's clock was set. Returns the exit code.
    int run();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
