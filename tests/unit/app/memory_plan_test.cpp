#include "app/memory_plan.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include "app/memory_use.hpp"
#include "app/site.hpp"
#include "flow/packet.hpp"
#include "support/client_hello.hpp"
#include "support/engine_world.hpp"
#include "support/frames.hpp"
#include "support/temporary_folder.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kHeapIsGlibcs = false;
#else
constexpr bool kHeapIsGlibcs = true;
#endif

std::size_t heap()
{
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

IpAddress numbered(std::uint32_t i)
{
    return ip("10." + std::to_string(i >> 16U & 255U) + "." + std::to_string(i >> 8U & 255U) + "." +
              std::to_string(i & 255U));
}

class Nobody final : public DissectorEvents {};

void send(Dissector& dissector, const IpAddress& from, std::uint16_t port, std::uint32_t sequence, std::uint8_t flags,
          const Octets& payload, double at)
{
    const auto frame =
        ethernet(mac("02:00:00:00:00:01"), mac("02:1a:10:00:10:01"), 0x0800,
                 ip_packet(from, ip("198.51.100.7"), 6,
                           tcp({.source = port, .sequence = sequence, .flags = flags, .payload = payload})));
    Packet packet;
    packet.time = second(at);
    packet.link_type = 1;
    packet.bytes = Bytes(frame);
    packet.wire_length = static_cast<std::uint32_t>(frame.size());
    dissector.process(packet);
}

std::size_t octets_of_all(const MemoryPlan& plan)
{
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kTables; ++i)
        sum += MemoryPlan::octets_of(static_cast<Table>(i), plan.rows(static_cast<Table>(i)));
    return sum;
}

}  // namespace

TEST_CASE("the tables together, the program and the kernel's buffer are the budget, whatever it is")
{
    for (const auto budget : {224 * kMiB, 512 * kMiB, 1'024 * kMiB, 16'384 * kMiB}) {
        const MemoryPlan plan(budget, 64 * kMiB);
        const auto whole = octets_of_all(plan) + MemoryPlan::kProgram + 64 * kMiB;
        CHECK(whole <= budget);
        CHECK(whole >= budget - budget / 50);
        for (std::size_t i = 0; i < kTables; ++i) CHECK(plan.rows(static_cast<Table>(i)) > 100);
    }
    CHECK(MemoryPlan(0, 64 * kMiB).octets() == MemoryPlan::least(64 * kMiB));
}

TEST_CASE("connections and half hellos of ever other senders take no more than their tables' part")
{
    if (!kHeapIsGlibcs) return;
    const MemoryPlan plan(224 * kMiB, 64 * kMiB);
    DissectorLimits limits;
    plan.limit(limits);
    Nobody nobody;
    const auto before = heap();
    Dissector dissector(limits, nobody);
    const auto part = Octets(hello_to("a.rather.long.name.of.a.server.example"));
    const Octets begun(part.begin(), part.begin() + 60);
    for (std::uint32_t i = 0; i < plan.rows(Table::flows) + 20'000; ++i) {
        send(dissector, numbered(i), 40'000, 1, 0x02, {}, 1 + i * 1e-6);
        send(dissector, numbered(i), 40'000, 2, 0x18, begun, 1 + i * 1e-6);
        // One octet far ahead: what waits is small, and keeping it is not.
        send(dissector, numbered(i), 40'000, 2'000, 0x18, {1}, 1 + i * 1e-6);
    }
    const auto rows = dissector.rows();
    CHECK(rows.flows == plan.rows(Table::flows));
    CHECK(rows.searches <= plan.rows(Table::searches));
    std::size_t allowed = 0;
    for (const auto table : {Table::flows, Table::searches, Table::hellos, Table::fragments, Table::names})
        allowed += MemoryPlan::octets_of(table, plan.rows(table));
    const auto used = heap() - before;
    CHECK_MESSAGE(used <= allowed + allowed / 20, used, " of ", allowed);
}

TEST_CASE("findings that wait take no more than their table's part")
{
    if (!kHeapIsGlibcs) return;
    EngineSettings settings;
    settings.pending_findings = 4'000;
    const auto before = heap();
    World world(settings);
    auto finding = post(MacAddress{}, "10:00");
    finding.server_name = std::string(253, 'n');
    for (std::uint32_t i = 0; i < 5'000; ++i) {
        finding.at = at("10:00") + std::chrono::milliseconds{i};
        finding.device.ip = numbered(i);
        world.tell(Lease{kAnnasPhone, finding.device.ip, at("09:30"), at("20:00"), {}, LeaseSource::kea_file, 0});
        world.tell(finding);
    }
    const auto rows = world.engine().counters().pending_findings;
    CHECK(rows > 400);
    const auto allowed = MemoryPlan::octets_of(Table::findings, rows) +
                         MemoryPlan::octets_of(Table::statements, world.engine().counters().bindings) + kMiB;
    const auto used = heap() - before;
    CHECK_MESSAGE(used <= allowed + allowed / 20, used, " of ", allowed, ", ", rows, " findings");
}

TEST_CASE("several captures divide the wire's tables; one that is full is told though the others have room")
{
    const MemoryPlan one(512 * kMiB, 64 * kMiB);
    const MemoryPlan two(512 * kMiB + 64 * kMiB + MemoryPlan::kFurtherCapture, 64 * kMiB, 2);
    CHECK(two.rows(Table::flows) == one.rows(Table::flows));
    CHECK(two.rows_of_capture(Table::flows) == one.rows(Table::flows) / 2);
    CHECK(MemoryPlan(0, 64 * kMiB, 3).octets() == MemoryPlan::least(64 * kMiB, 3));
    CHECK(MemoryPlan::least(64 * kMiB, 3) > MemoryPlan::least(64 * kMiB) + 2 * 64 * kMiB);
    CHECK(MemoryPlan(0, 64 * kMiB, 3).rows_of_capture(Table::flows) > 0);
    MemoryWatch watch;
    std::vector<CaptureStatus> captures(2);
    const auto look = [&] { return watch.look({two.octets(), 0, memory_use(two, captures, {}).tables}, at("10:00")); };
    captures[1].wire_rows.flows = two.rows_of_capture(Table::flows);
    const auto told = look();
    REQUIRE(told.size() == 1);
    CHECK(told[0].text.find("flows") != std::string::npos);
    const auto tables = memory_use(two, captures, {}).tables;
    CHECK(tables[0].rows == two.rows_of_capture(Table::flows));
    CHECK(tables[0].most == 2 * two.rows_of_capture(Table::flows));
}

TEST_CASE("a table that is full is told once, and its end; the cache of names may be full")
{
    const MemoryPlan plan(512 * kMiB, 64 * kMiB);
    MemoryWatch watch;
    CaptureStatus capture;
    EngineCounters engine;
    const auto look = [&] {
        return watch.look({plan.octets(), 0, memory_use(plan, {capture}, engine).tables}, at("10:00"));
    };
    CHECK(look().empty());
    capture.wire_rows.name_octets = plan.rows(Table::names);
    CHECK(look().empty());
    capture.wire_rows.flows = plan.rows(Table::flows);
    REQUIRE(look().size() == 1);
    CHECK(look().empty());
    capture.wire_rows.flows = plan.rows(Table::flows) - 1;
    CHECK(look().empty());
    capture.wire_rows.flows = 0;
    const auto over = look();
    REQUIRE(over.size() == 1);
    CHECK(over[0].code == "BW-3009");
    CHECK(over[0].text.find("flows") != std::string::npos);
}

TEST_CASE("what there was no room for is told when it begins, and hourly while it goes on")
{
    MemoryWatch watch;
    SensorCounters sensor;
    sensor.exchanges = 7;
    CHECK(watch.look(sensor, at("10:00")).empty());
    sensor.flows_refused = 100;  // a share, told otherwise
    CHECK(watch.look(sensor, at("10:00")).empty());
    sensor.trackers_refused = 3;
    const auto first = watch.look(sensor, at("10:01"));
    REQUIRE(first.size() == 1);
    CHECK(first[0].code == "BW-3009");
    CHECK(first[0].text.starts_with("there was no room for 3 flows"));
    sensor.trackers_refused = 9;
    CHECK(watch.look(sensor, at("10:59")).empty());
    CHECK(watch.look(sensor, at("11:02")).at(0).text.starts_with("there was no room for 6 flows"));
    CHECK(watch.look(sensor, at("13:00")).empty());
    sensor.volumes_refused = 1;
    CHECK(watch.look(sensor, at("13:01")).size() == 1);
}

TEST_CASE("a process over its budget and a twentieth is told")
{
    MemoryWatch watch;
    CHECK(watch.look({100 * kMiB, 104 * kMiB, {}}, at("10:00")).empty());
    CHECK(watch.look({100 * kMiB, 106 * kMiB, {}}, at("10:00")).size() == 1);
    CHECK(watch.look({100 * kMiB, 102 * kMiB, {}}, at("10:00")).empty());
    CHECK(watch.look({100 * kMiB, 90 * kMiB, {}}, at("10:00")).size() == 1);
}

TEST_CASE("too small a budget is refused in one line that says what would do, and of what it is made")
{
    const TemporaryFolder folder;
    const auto errors_of = [&](const std::string& text) {
        folder.write("breakwatch.yaml", text);
        const auto config = load_site_config(folder.path() / "breakwatch.yaml");
        return config ? std::vector<std::string>{} : config.error().lines;
    };
    const auto lines = errors_of("site: {name: osaka}\nmemory: 100MiB\n");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("breakwatch.yaml:2:9: memory: found 100MiB; expected at least 224MiB") != std::string::npos);
    CHECK(lines[0].find("64MiB for the kernel's buffer") != std::string::npos);
    CHECK(errors_of("site: {name: osaka}\nmemory: 224MiB\n").empty());
    CHECK(errors_of("site: {name: osaka}\nmemory: 1 GiB\n").empty());
    const auto words = errors_of("site: {name: osaka}\nmemory: plenty\n");
    REQUIRE(words.size() == 1);
    CHECK(words[0].find("expected a size such as 512MiB or 2GiB") != std::string::npos);
}
