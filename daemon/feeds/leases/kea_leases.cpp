#include "feeds/leases/kea_leases.hpp"

#include <chrono>
#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/core/refusal_notes.hpp"
#include "feeds/leases/kea_lease_files.hpp"

namespace breakwatch {

namespace {

class KeaLeases : public Feed {
  public:
    KeaLeases(boost::asio::io_context& io, KeaLeasesSettings settings, Handler handler)
        : settings_(std::move(settings)),
          handler_(std::move(handler)),
          notes_(settings_.name, handler_),
          files_(settings_.path, settings_.longest_row,
                 [this](const std::string& where, const std::string& what) { notes_.refuse(what, where, what, now_); }),
          timer_(io, settings_.poll, [this] { return look(wall_clock()); })
    {
        status_.name = settings_.name;
    }

    void start() override { timer_.start(); }
    void stop() override { timer_.stop(); }
    FeedStatus status() const override
    {
        auto status = status_;
        status.refused = notes_.count();
        status.last_refusal = notes_.last();
        return status;
    }

  private:
    bool look(Timestamp now);
    void show(const KeaLeaseFiles::Look& seen);

    KeaLeasesSettings settings_;
    Handler handler_;
    RefusalNotes notes_;
    Timestamp now_;
    KeaLeaseFiles files_;
    FeedStatus status_;
    bool told_up_ = true;
    PeriodicTimer timer_;
};

bool KeaLeases::look(Timestamp now)
{
    now_ = now;
    const auto seen = files_.look(now);
    show(seen);
    for (const auto& lease : seen.leases) {
        ++status_.taken;
        const auto at = lease.ended.value_or(lease.from);
        if (!status_.last_event || *status_.last_event < at) status_.last_event = at;
        handler_(lease);
    }
    return seen.more;
}

void KeaLeases::show(const KeaLeaseFiles::Look& seen)
{
    // Between two names of a swap there is no file and no error either.
    if (!seen.found && seen.error == 0) return;
    status_.up = seen.found;
    if (std::exchange(told_up_, seen.found) == seen.found) return;
    const auto what = settings_.path + ": " + (seen.found ? "read again" : std::strerror(seen.error));
    handler_(FeedState{settings_.name, seen.found, what, now_});
}

}  // namespace

std::unique_ptr<Feed> make_kea_leases(boost::asio::io_context& io, KeaLeasesSettings settings, Feed::Handler handler)
{
    return std::make_unique<KeaLeases>(io, std::move(settings), std::move(handler));
}

}  // namespace breakwatch
