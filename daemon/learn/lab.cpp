#include "learn/lab.hpp"

#include <algorithm>
#include <variant>

#include "capture/capture_file.hpp"
#include "capture/sensor.hpp"

namespace breakwatch {
namespace {

constexpr const char* kSeedCase = "seed-case";

struct CaptureRead {
    std::vector<Exchange> exchanges;
    std::string complaint;
};

std::expected<CaptureRead, std::string> read_exchanges(const std::filesystem::path& capture,
                                                       const PlatformCatalog& catalog)
{
    CaptureRead read;
    auto source = CaptureFiles::open({capture.string()});
    if (!source) return std::unexpected(source.error());
    auto everyone = std::make_shared<DeviceFilter>();
    everyone->all = true;
    Sensor sensor(catalog, std::move(everyone), [&](Observation&& observation) {
        if (auto* exchange = std::get_if<Exchange>(&observation)) read.exchanges.push_back(std::move(*exchange));
    });
    Dissector dissector({}, sensor);
    for (auto state = PacketSource::State::more; state != PacketSource::State::ended;) {
        const auto next = (*source)->next_batch(PacketSource::kBatch, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) {
                sensor.advance(packet.time);
                dissector.process(packet);
            }
        });
        if (!next) return std::unexpected(next.error());
        state = *next;
    }
    dissector.finish();
    sensor.finish();
    read.complaint = complaint_of_order((*source)->counters());
    return read;
}

std::string origin_of(const std::string& name, const std::vector<LabSession>& earlier)
{
    const auto found = std::ranges::find_if(
        earlier, [&](const LabSession& each) { return each.origin.empty() && name.starts_with(each.name + "-"); });
    return found == earlier.end() ? "" : found->name;
}

}  // namespace

std::expected<LabSession, std::string> read_session(const std::filesystem::path& capture,
                                                    const PlatformCatalog& catalog)
{
    LabSession session;
    session.name = capture.stem().string();
    auto labels = read_labels(capture.parent_path() / (session.name + ".labels.jsonl"));
    if (!labels) return std::unexpected(labels.error());
    session.actions = std::move(*labels);
    auto read = read_exchanges(capture, catalog);
    if (!read) return std::unexpected(read.error());
    session.exchanges = std::move(read->exchanges);
    session.complaint = std::move(read->complaint);
    return session;
}

std::expected<std::vector<LabSession>, std::string> read_lab(const std::filesystem::path& folder,
                                                             const PlatformCatalog& catalog)
{
    std::error_code error;
    std::vector<std::filesystem::path> captures;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".pcap") captures.push_back(entry.path());
    }
    if (error) return std::unexpected(folder.string() + ": " + error.message());
    std::ranges::sort(captures);
    std::vector<LabSession> sessions;
    for (const auto& capture : captures) {
        auto session = read_session(capture, catalog);
        if (!session) return std::unexpected(session.error());
        sessions.push_back(std::move(*session));
    }
    return sessions;
}

std::expected<std::vector<LabSession>, std::string> read_labs(const std::vector<std::string>& folders,
                                                              const PlatformCatalog& catalog)
{
    std::vector<LabSession> all;
    for (const auto& folder : folders) {
        auto sessions = read_lab(folder, catalog);
        if (!sessions) return std::unexpected(sessions.error());
        for (auto& session : *sessions) {
            if (session.name == kSeedCase) continue;
            session.folder = folder;
            session.origin = origin_of(session.name, all);
            all.push_back(std::move(session));
        }
    }
    return all;
}

}  // namespace breakwatch
