#include "capture/capture_file.hpp"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "capture/pcap_handle.hpp"
#include "capture/pcapng_file.hpp"
#include "capture/time_order.hpp"

namespace breakwatch {

namespace {

struct File {
    std::string name;
    PcapHandle handle;                   // of a pcap file
    std::unique_ptr<PcapngFile> blocks;  // of a pcapng file, instead
    std::FILE* stream = nullptr;         // owned by either
    double size = -1;                    // octets; negative: unknown
    LinkType link_type = 0;
    std::optional<Packet>
        next;  // read ahead; its bytes are lent by the reader, or by `order`, until that is asked again
    bool ended = false;
    // Of a file on disk alone: what comes through a pipe may come live, and waits for nothing.
    std::optional<TimeOrder> order;
    std::string error;  // that ended it, told after what is held
};

// The next packet as the file has it; nothing: it has ended, by an error if there is one.
std::optional<Packet> read(File& file)
{
    if (file.ended) return std::nullopt;
    if (file.blocks) {
        const auto packet = file.blocks->next();
        file.ended = !packet || !*packet;
        if (packet) return *packet;
        file.error = packet.error();
        return std::nullopt;
    }
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int got = pcap_next_ex(file.handle.get(), &header, &bytes);
    if (got != 1) {
        file.ended = true;
        if (got != PCAP_ERROR_BREAK) file.error = pcap_geterr(file.handle.get());
        return std::nullopt;
    }
    Packet packet;
    // With nanosecond precision asked for, tv_usec holds nanoseconds.
    packet.time = Timestamp{std::chrono::seconds{header->ts.tv_sec} + std::chrono::nanoseconds{header->ts.tv_usec}};
    packet.link_type = file.link_type;
    packet.bytes = Bytes(bytes, header->caplen);
    packet.wire_length = header->len;
    return packet;
}

std::expected<File, std::string> open_one(const std::string& name)
{
    File file;
    file.name = name == "-" ? "standard input" : name;
    file.stream = name == "-" ? stdin : std::fopen(name.c_str(), "rb");
    if (file.stream == nullptr) return std::unexpected(name + ": " + std::strerror(errno));
    if (name != "-") {
        std::error_code error;
        if (const auto size = std::filesystem::file_size(name, error); !error) file.size = static_cast<double>(size);
        if (std::filesystem::is_regular_file(name, error)) file.order.emplace();
        if (std::filesystem::is_directory(name, error)) {
            std::fclose(file.stream);
            return std::unexpected(name + ": is a folder; expected a pcap or pcapng file");
        }
        if (file.size == 0) {
            std::fclose(file.stream);
            return std::unexpected(name + ": the file is empty; expected a pcap or pcapng file");
        }
    }
    const int first = std::fgetc(file.stream);
    if (first == EOF) {
        if (name != "-") std::fclose(file.stream);
        return std::unexpected(file.name + ": nothing to read; expected a pcap or pcapng file");
    }
    std::ungetc(first, file.stream);
    if (first == PcapngFile::kFirstOctet) {
        file.blocks = std::make_unique<PcapngFile>(file.stream);
        const auto packet = read(file);
        if (!file.error.empty()) return std::unexpected(file.name + ": " + file.error);
        if (packet && file.order) file.order->hold(*packet);
        if (packet && !file.order) file.next = packet;
        return file;
    }
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    file.handle.reset(pcap_fopen_offline_with_tstamp_precision(file.stream, PCAP_TSTAMP_PRECISION_NANO, text.data()));
    if (!file.handle) {
        if (name != "-") std::fclose(file.stream);
        return std::unexpected(file.name + ": " + text.data() + "; expected a pcap or pcapng file");
    }
    file.link_type = pcap_datalink(file.handle.get());
    return file;
}

class MergedFiles final : public CaptureFiles {
  public:
    explicit MergedFiles(std::vector<File> files) : files_(std::move(files)) {}

    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override
    {
        for (std::size_t given = 0; given < limit; ++given) {
            File* earliest = nullptr;
            for (auto& file : files_) {
                if (auto read = read_ahead(file); !read) return std::unexpected(read.error());
                if (file.next && (earliest == nullptr || file.next->time < earliest->next->time)) earliest = &file;
            }
            if (earliest == nullptr) return State::ended;
            if (earliest->next->time < latest_) ++counters_.out_of_order;
            latest_ = std::max(latest_, earliest->next->time);
            handler(*earliest->next);
            earliest->next.reset();
            ++counters_.received;
        }
        return State::more;
    }

    SourceCounters counters() const override { return counters_; }

    double progress() const override
    {
        double read = 0;
        double size = 0;
        for (const auto& file : files_) {
            if (file.size < 0) return -1;
            size += file.size;
            read += file.ended ? file.size : static_cast<double>(std::ftell(file.stream));
        }
        return size > 0 ? read / size : 1;
    }

  private:
    static std::expected<void, std::string> read_ahead(File& file)
    {
        if (file.next) return {};
        if (!file.order) {
            file.next = read(file);
        } else {
            while (!file.ended && !file.order->full()) {
                if (const auto packet = read(file)) file.order->hold(*packet);
            }
            if (!file.order->empty()) file.next = file.order->release();
        }
        if (file.next || file.error.empty()) return {};
        return std::unexpected(file.name + ": " + std::exchange(file.error, {}));
    }

    std::vector<File> files_;
    SourceCounters counters_;
    Timestamp latest_ = Timestamp::min();  // handed over
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
