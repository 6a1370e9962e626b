#include "store/epoch.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/clock.hpp"
#include "policy/event_catalogue.hpp"
#include "store/chain_links.hpp"
#include "store/hex.hpp"
#include "store/ledger.hpp"
#include "store/octets.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kEpochOctets = 8;
constexpr const char* kHandedOut = "handed-out";

// Of one length always, so that a disk that is full takes it, too.
constexpr const char* kLine = "%16s %020" PRIu64 " %020" PRIu64 "\n";
constexpr std::size_t kLineOctets = 59;

struct Mark {
    std::string epoch;
    std::uint64_t last = 0;
    std::uint64_t made = 0;
};

std::string failed_on(const std::filesystem::path& path)
{
    return "store: " + path.string() + ": " + std::strerror(errno);
}

// When the file was made, which no copy keeps; 0 where the file system does not say.
std::uint64_t made_at(int file)
{
    struct statx about{};
    if (::statx(file, "", AT_EMPTY_PATH, STATX_BTIME, &about) != 0 || (about.stx_mask & STATX_BTIME) == 0) return 0;
    return static_cast<std::uint64_t>(about.stx_btime.tv_sec) * 1'000'000'000U + about.stx_btime.tv_nsec;
}

std::optional<Mark> read_mark(int file)
{
    std::array<char, kLineOctets + 1> line{};
    if (::pread(file, line.data(), kLineOctets, 0) != static_cast<ssize_t>(kLineOctets)) return std::nullopt;
    std::array<char, 17> epoch{};
    Mark mark;
    if (std::sscanf(line.data(), "%16s %" SCNu64 " %" SCNu64, epoch.data(), &mark.last, &mark.made) != 3)
        return std::nullopt;
    mark.epoch = epoch.data();
    return mark;
}

// Root may be the first to record; the file is the database's owner's all the same.
int open_mark(const std::filesystem::path& directory)
{
    const auto path = directory / kHandedOut;
    const int there = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (there >= 0 || errno != ENOENT) return there;
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat database{};
    if (made >= 0 && ::geteuid() == 0 && ::stat((directory / "breakwatch.db").c_str(), &database) == 0 &&
        ::fchown(made, database.st_uid, database.st_gid) != 0) {
        ::close(made);
        return -1;
    }
    return made;
}

std::string new_epoch()
{
    std::string octets(kEpochOctets, '\0');
    randombytes_buf(octets.data(), octets.size());
    return hex_of(octets);
}

// Why numbers after `last` cannot be of the epoch that the database is in; "" they can.
std::string doubt(const std::optional<Mark>& mark, std::uint64_t made, const std::string& epoch, std::uint64_t last)
{
    const auto number = std::to_string(last);
    if (!mark) return epoch.empty() ? "" : "what was handed out after alert " + number + " is not known";
    if (mark->last > last)
        return "the database ends with alert " + number + ", and alert " + std::to_string(mark->last) +
               " was handed out: it was put back from an older copy, or cut";
    if (!epoch.empty() && mark->epoch != epoch)
        return "the database is not the one that alert " + std::to_string(mark->last) + " was handed out of";
    if (mark->made != made) return "this is a copy: what was handed out after it was made is not known";
    return "";
}

std::expected<void, std::string> begin_epoch(Database& database, const std::string& epoch, std::uint64_t first)
{
    std::array<char, 32> key{};
    std::snprintf(key.data(), key.size(), "epoch-%020" PRIu64, first);
    return set_meta(database, key.data(), epoch);
}

ReportHealth epoch_begun(const std::string& why)
{
    return {.code = event::kNewEpoch.code,
            .severity = Severity::warning,
            .subject = "store",
            .text = why + "; numbers go on in an epoch of their own",
            .at = wall_clock()};
}

}  // namespace

HandedOut::~HandedOut()
{
    if (file_ >= 0) ::close(file_);
}

HandedOut::HandedOut(HandedOut&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      epoch_(std::move(other.epoch_)),
      last_(other.last_)
{}

HandedOut& HandedOut::operator=(HandedOut&& other) noexcept
{
    std::swap(file_, other.file_);
    std::swap(path_, other.path_);
    std::swap(epoch_, other.epoch_);
    std::swap(last_, other.last_);
    return *this;
}

std::expected<void, std::string> HandedOut::write() const
{
    std::array<char, kLineOctets + 1> line{};
    std::snprintf(line.data(), line.size(), kLine, epoch_.c_str(), last_, made_at(file_));
    if (::pwrite(file_, line.data(), kLineOctets, 0) != static_cast<ssize_t>(kLineOctets) || ::fdatasync(file_) != 0)
        return std::unexpected(failed_on(path_));
    return {};
}

std::expected<void, std::string> HandedOut::reach(std::uint64_t sequence)
{
    if (file_ < 0 || sequence <= last_) return {};
    const auto before = std::exchange(last_, sequence);
    auto written = write();
    if (!written) last_ = before;
    return written;
}

std::expected<HandedOut, std::string> settle_epoch(Database& database, const std::filesystem::path& directory)
{
    HandedOut handed_out;
    handed_out.path_ = directory / kHandedOut;
    handed_out.file_ = open_mark(directory);
    if (handed_out.file_ < 0) return std::unexpected(failed_on(handed_out.path_));
    // Before the database is looked at: a daemon that runs hands out what is in it already.
    const auto mark = read_mark(handed_out.file_);
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    const auto epochs = Epochs::of(database);
    if (!epochs) return std::unexpected(epochs.error());
    const auto last = last_sequence(database);
    if (!last) return std::unexpected(last.error());
    handed_out.epoch_ = epochs->latest();
    handed_out.last_ = mark ? mark->last : *last;
    const auto why = doubt(mark, made_at(handed_out.file_), handed_out.epoch_, *last);
    if (why.empty() && !handed_out.epoch_.empty()) return handed_out;

    handed_out.epoch_ = new_epoch();
    handed_out.last_ = *last;
    if (auto written = handed_out.write(); !written) return std::unexpected(written.error());
    if (auto begun = begin_epoch(database, handed_out.epoch_, *last + 1); !begun) return std::unexpected(begun.error());
    if (!why.empty()) {
        if (auto told = append(database, {make_alert(epoch_begun(why)), "", std::nullopt, "{}"}); !told)
            return std::unexpected(told.error());
    }
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return handed_out;
}

std::expected<Database, std::string> open_to_record(const std::filesystem::path& file)
{
    auto database = Database::open(file, Database::Mode::create);
    if (!database) return database;
    if (auto settled = settle_epoch(*database, file.parent_path()); !settled) return std::unexpected(settled.error());
    return database;
}

std::expected<Epochs, std::string> Epochs::of(Database& database)
{
    constexpr std::string_view kKey = "epoch-";
    Epochs epochs;
    auto query = database.prepare("SELECT key, value FROM meta WHERE key BETWEEN 'epoch-0' AND 'epoch-9' ORDER BY key");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step())
        epochs.begins_.emplace_back(std::strtoull(query.text(0).c_str() + kKey.size(), nullptr, 10), query.blob(1));
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the epochs"));
    return epochs;
}

void Epochs::put_into(Alert& alert) const
{
    const auto after =
        std::ranges::upper_bound(begins_, alert.sequence, {}, &std::pair<std::uint64_t, std::string>::first);
    if (after == begins_.begin()) return;
    const auto& [first, epoch] = *std::prev(after);
    alert.epoch = epoch;
    if (alert.previous < first) alert.previous = 0;
}

}  // namespace breakwatch
