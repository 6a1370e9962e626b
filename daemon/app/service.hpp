// The running daemon: capture thread, main loop, store thread, and everything between them.
// Made, run and destroyed by the main thread.
#pragma once

#include <memory>
#include <optional>

#include "app/capture_thread.hpp"
#include "app/site.hpp"
#include "intake/person_files.hpp"
#include "store/store.hpp"

namespace breakwatch {

// What is there before the loop starts: configuration read, capture open, privileges dropped.
// No source: the capture thread opens one, again and again. People: of a predecessor, see successor().
struct ServiceParts {
    Config config;
    std::shared_ptr<const Tables> tables;
    std::unique_ptr<PacketSource> source;
    std::unique_ptr<Store> store;
    std::shared_ptr<const IdentityKey> key;
    std::optional<PersonFiles::InForce> people;
};

class Service {
  public:
    explicit Service(ServiceParts parts);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Enrolment and roster, before run(): what is wrong with them.
    RowErrors load_people();
    // Until SIGTERM or SIGINT, or until the machine's clock was set: what memory holds is of another time
    // then, and a successor begins as at a start.
    void run();
    // After run(): the parts of that successor, store and source to be opened anew; nothing: it is to end.
    std::optional<ServiceParts> successor() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
