// The way out: a sink, its pump and its heartbeat for each configured syslog. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/outbox_pump.hpp"
#include "alerts/sink.hpp"
#include "app/store_thread.hpp"
#include "base/timer.hpp"
#include "config/config.hpp"

namespace breakwatch {

// What a sink is owed.
struct Backlog {
    std::size_t alerts = 0;           // that were not written yet
    std::optional<Timestamp> oldest;  // when it was raised
    std::size_t unconfirmed = 0;      // written, and not known to be there
};

class SinkPipelines {
  public:
    // `io` and `store` outlive it.
    SinkPipelines(boost::asio::io_context& io, StoreThread& store) : io_(io), store_(store) {}

    void start(const std::vector<SyslogConfig>& configs);
    void wake();                   // something new was recorded
    void say(const Alert& alert);  // now and once, as heartbeats are: what the store cannot owe
    void end_heartbeats();
    void stop();

    std::vector<std::string> names() const;
    // By sink: owed still, and written.
    std::map<std::string, std::size_t> unconfirmed() const;
    std::vector<SinkStatus> status() const;
    // Asks the store what each is owed, and sends what is there.
    void look();
    // As it was at the last look.
    const std::map<std::string, Backlog>& backlog() const { return backlog_; }
    std::uint64_t last_sequence() const { return last_sequence_; }
    std::size_t size() const { return pipelines_.size(); }

  private:
    struct Pipeline {
        std::unique_ptr<Sink> sink;
        std::unique_ptr<OutboxPump> pump;
        std::unique_ptr<PeriodicTimer> heartbeat;
    };

    void add(const SyslogConfig& config);
    void begin(Pipeline& pipeline, const SyslogConfig& config);
    void tell(const std::string& sink, const SinkNotice& notice);
    void heartbeat(Pipeline& pipeline);

    boost::asio::io_context& io_;
    StoreThread& store_;
    std::vector<Pipeline> pipelines_;
    std::map<std::string, Backlog> backlog_;
    std::uint64_t last_sequence_ = 0;
};

}  // namespace breakwatch
