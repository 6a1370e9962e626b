#include "feeds/leases/dnsmasq_leases.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <expected>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/core/appended_lines.hpp"
#include "feeds/core/refusal_notes.hpp"
#include "feeds/leases/dnsmasq_lease_table.hpp"

namespace breakwatch {

namespace {

// A state of the file that is half written for so long will stay so (disk full).
constexpr Duration kHalfWritten = std::chrono::seconds{10};

struct FileState {
    ino_t inode = 0;
    off_t size = 0;
    Timestamp changed;
    bool operator==(const FileState&) const = default;
};

std::expected<FileState, int> state_of(const OpenFile& file)
{
    struct stat status{};
    if (!file.is_open()) return std::unexpected(file.error());
    if (::fstat(file.descriptor(), &status) != 0) return std::unexpected(errno);
    const auto changed = std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec};
    return FileState{status.st_ino, status.st_size, Timestamp{changed}};
}

std::string read_all(const OpenFile& file, std::size_t most)
{
    std::string text;
    std::array<char, 65'536> buffer;
    while (text.size() < most) {
        const auto got = ::read(file.descriptor(), buffer.data(), buffer.size());
        if (got <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

class DnsmasqLeases : public Feed {
  public:
    DnsmasqLeases(boost::asio::io_context& io, DnsmasqLeasesSettings settings, Handler handler)
        : settings_(std::move(settings)),
          handler_(std::move(handler)),
          notes_(settings_.name, handler_),
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
    void read(const OpenFile& file, const FileState& state, Timestamp now);
    void show(bool found, int error, Timestamp now);
    void hand_over(const std::vector<Lease>& leases);

    DnsmasqLeasesSettings settings_;
    Handler handler_;
    RefusalNotes notes_;
    DnsmasqLeaseTable table_;
    FeedStatus status_;
    FileState last_;
    bool complete_ = true;
    bool told_up_ = true;
    PeriodicTimer timer_;
};

bool DnsmasqLeases::look(Timestamp now)
{
    const OpenFile file(settings_.path);
    const auto state = state_of(file);
    show(state.has_value(), state.has_value() ? 0 : state.error(), now);
    if (!state) return false;
    if (*state != last_) {
        read(file, *state, now);
    } else if (!complete_ && now - last_.changed > kHalfWritten) {
        complete_ = true;
        notes_.refuse("half written", settings_.path,
                      "its last line has had no end for 10 s; the state before it stays", now);
    } else {
        hand_over(table_.settle(now));
    }
    return false;
}

void DnsmasqLeases::read(const OpenFile& file, const FileState& state, Timestamp now)
{
    if (static_cast<std::size_t>(state.size) > settings_.largest_file) {
        last_ = state;
        return notes_.refuse(
            "too large", settings_.path,
            "larger than " + std::to_string(settings_.largest_file) + " bytes; the state before it stays", now);
    }
    const auto text = read_all(file, settings_.largest_file);
    // Written while it was read: what was read is neither state. Next time.
    const auto after = state_of(file);
    if (!after || *after != state || text.size() != static_cast<std::size_t>(state.size)) return;

    last_ = state;
    const auto change = table_.read(text, std::min(state.changed, now));
    complete_ = change.complete;
    for (const auto& refusal : change.refusals) {
        notes_.refuse(refusal.what, settings_.path + ":" + std::to_string(refusal.line), refusal.what, now);
    }
    hand_over(change.leases);
}

void DnsmasqLeases::show(bool found, int error, Timestamp now)
{
    status_.up = found;
    if (std::exchange(told_up_, found) == found) return;
    const auto what = settings_.path + ": " + (found ? "read again" : std::strerror(error));
    handler_(FeedState{settings_.name, found, what, now});
}

void DnsmasqLeases::hand_over(const std::vector<Lease>& leases)
{
    for (const auto& lease : leases) {
        ++status_.taken;
        const auto at = lease.ended.value_or(lease.from);
        if (!status_.last_event || *status_.last_event < at) status_.last_event = at;
        handler_(lease);
    }
}

}  // namespace

std::unique_ptr<Feed> make_dnsmasq_leases(boost::asio::io_context& io, DnsmasqLeasesSettings settings,
                                          Feed::Handler handler)
{
    return std::make_unique<DnsmasqLeases>(io, std::move(settings), std::move(handler));
}

}  // namespace breakwatch
