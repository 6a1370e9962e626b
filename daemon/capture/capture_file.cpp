#include "capture/capture_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "capture/other_pcap_file.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_file.hpp"
#include "capture/time_order.hpp"

namespace breakwatch {

namespace {

struct File {
    std::string name;
    std::unique_ptr<FileBuffer> buffer;
    std::unique_ptr<RecordFile> records;
    double size = -1;            // octets; negative: unknown
    std::optional<Packet> next;  // read ahead; its bytes are lent by the buffer or by `order`
    bool ended = false;
    // Of a file on disk alone: what comes through a pipe may come live, and waits for nothing.
    std::optional<TimeOrder> order;
    std::string error;  // that ended it, told after what is held
};

// The next packet as the file has it; null: it has ended, by an error if there is one.
const Packet* read(File& file)
{
    const auto* const packet = file.ended ? nullptr : file.records->next();
    if (packet == nullptr && !std::exchange(file.ended, true)) file.error = file.records->error();
    return packet;
}

void take(File& file, const Packet& packet)
{
    if (!file.order) {
        file.next = packet;
    } else if (file.records->lends()) {
        file.order->hold(packet);
    } else {
        file.order->hold_copy(packet);
    }
}

std::expected<std::unique_ptr<RecordFile>, std::string> recognize(FileBuffer& buffer)
{
    if (auto usual = PcapFile::begin(buffer)) return usual;
    auto other = OtherPcapFile::begin(buffer);
    if (!other) return std::unexpected(other.error() + "; expected a pcap or pcapng file");
    return std::move(*other);
}

// What cannot be a capture is refused before it is read.
std::optional<std::string> look_at(File& file, const std::string& path)
{
    std::error_code error;
    if (const auto size = std::filesystem::file_size(path, error); !error) file.size = static_cast<double>(size);
    if (std::filesystem::is_regular_file(path, error)) file.order.emplace();
    if (std::filesystem::is_directory(path, error)) return "is a folder; expected a pcap or pcapng file";
    if (file.size == 0) return "the file is empty; expected a pcap or pcapng file";
    return std::nullopt;
}

std::expected<File, std::string> open_one(const std::string& path)
{
    const bool standard_input = path == "-";
    File file;
    file.name = standard_input ? "standard input" : path;
    const auto fault = [&](const std::string& what) { return std::unexpected(file.name + ": " + what); };
    const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fault(std::strerror(errno));
    file.buffer = std::make_unique<FileBuffer>(descriptor);
    if (!standard_input) {
        if (const auto what = look_at(file, path)) return fault(*what);
    }
    if (file.buffer->ahead(1).empty()) return fault("nothing to read; expected a pcap or pcapng file");
    if (file.buffer->ahead(1)[0] == PcapngFile::kFirstOctet) {
        file.records = std::make_unique<PcapngFile>(*file.buffer);
        // A broken beginning is told at once.
        const auto* const packet = read(file);
        if (!file.error.empty()) return fault(file.error);
        if (packet != nullptr) take(file, *packet);
        return file;
    }
    auto records = recognize(*file.buffer);
    if (!records) return fault(records.error());
    file.records = std::move(*records);
    return file;
}

// Packets are handed on some at a time, and always before a buffer they are lent from is read into.
class MergedFiles final : public CaptureFiles {
  public:
    explicit MergedFiles(std::vector<File> files) : files_(std::move(files))
    {
        for (auto& file : files_) {
            file.buffer->before_read([this, &file](Bytes gone) {
                hand_over();
                if (file.order) file.order->keep(gone);
            });
        }
    }

    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override
    {
        handler_ = &handler;
        auto state = collect(limit);
        hand_over();
        handler_ = nullptr;
        return state;
    }

    SourceCounters counters() const override { return counters_; }

    double progress() const override
    {
        double read = 0;
        double size = 0;
        for (const auto& file : files_) {
            if (file.size < 0) return -1;
            size += file.size;
            read += file.ended ? file.size : static_cast<double>(file.buffer->position());
        }
        return size > 0 ? read / size : 1;
    }

    FileBuffer::Holder holder_of(const Packet& packet) const override
    {
        for (const auto& file : files_) {
            if (auto holder = file.buffer->holder_of(packet.bytes); holder.block && file.records->lends())
                return holder;
        }
        return {};
    }

    void before_wait(std::function<void()> before) override
    {
        waits_ = std::move(before);
        for (auto& file : files_) {
            if (file.order) continue;  // a file on disk
            file.buffer->before_wait([this] {
                hand_over();
                waits_();
            });
        }
    }

  private:
    std::expected<State, std::string> collect(std::size_t limit)
    {
        for (std::size_t given = 0; given < limit; ++given) {
            File* earliest = nullptr;
            for (auto& file : files_) {
                if (!file.next) read_ahead(file);
                if (!file.next && !file.error.empty())
                    return std::unexpected(file.name + ": " + std::exchange(file.error, {}));
                if (file.next && (earliest == nullptr || file.next->time < earliest->next->time)) earliest = &file;
            }
            if (earliest == nullptr) return State::ended;
            if (earliest->next->time < latest_) ++counters_.out_of_order;
            latest_ = std::max(latest_, earliest->next->time);
            lent_[lent_count_++] = *earliest->next;
            earliest->next.reset();
            ++counters_.received;
            if (lent_count_ == lent_.size()) hand_over();
        }
        return State::more;
    }

    void hand_over()
    {
        const auto count = std::exchange(lent_count_, std::size_t{0});
        if (count > 0) (*handler_)({lent_.data(), count});
    }

    void read_ahead(File& file)
    {
        if (!file.records->lends()) hand_over();
        if (!file.order) {
            if (const auto* const packet = read(file)) file.next = *packet;
            return;
        }
        while (!file.order->full()) {
            const auto* const packet = read(file);
            if (packet == nullptr) break;
            take(file, *packet);
        }
        if (!file.order->empty()) file.next = file.order->release();
    }

    std::vector<File> files_;
    SourceCounters counters_;
    Timestamp latest_ = Timestamp::min();  // handed over
    const Handler* handler_ = nullptr;     // of the call that goes on
    std::function<void()> waits_;
    std::array<Packet, 64> lent_;  // to be handed over
    std::size_t lent_count_ = 0;
};

}  // namespace

std::string complaint_of_order(const SourceCounters& counters)
{
    if (counters.out_of_order == 0) return {};
    return std::to_string(counters.out_of_order) + " of " + std::to_string(counters.received) +
           " packets are earlier than one before them and were not put in order; requests among them may not be "
           "judged: sort the "
           "capture first";
}

std::expected<std::unique_ptr<CaptureFiles>, std::string> CaptureFiles::open(const std::vector<std::string>& names)
{
    std::vector<File> files;
    for (const auto& name : names) {
        auto file = open_one(name);
        if (!file) return std::unexpected(file.error());
        files.push_back(std::move(*file));
    }
    return std::make_unique<MergedFiles>(std::move(files));
}

}  // namespace breakwatch
