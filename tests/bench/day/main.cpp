// bench_day [STAFF CALLS SESSIONS FINDINGS]: a synthetic day through the engine, in order and with each
// fact up to five minutes late. Prints one line of figures; fails when the two days' incidents differ.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "support/engine_world.hpp"
#include "support/synthetic_day.hpp"

namespace {

using namespace breakwatch;
using namespace breakwatch::test;

double cpu_seconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mebibytes()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace

int main(int argc, char** argv)
{
    DaySize size;
    std::uint32_t* const fields[] = {&size.staff, &size.calls, &size.sessions, &size.findings};
    for (int i = 1; i < argc && i <= 4; ++i) *fields[i - 1] = static_cast<std::uint32_t>(std::atol(argv[i]));
    const SyntheticDay day(size);
    const auto catalog = small_catalog();
    const auto before = cpu_seconds();
    const auto in_order = live_through(day, catalog, Duration{0}, 1);
    const auto ordered = cpu_seconds();
    const auto shuffled = live_through(day, catalog, std::chrono::minutes{5}, 2);
    const auto done = cpu_seconds();
    const bool same = in_order.incidents == shuffled.incidents;
    std::printf(
        "staff %u calls %u sessions %u findings %u events %zu: %.2f s in order, %.2f s shuffled by up to 5 min (CPU), "
        "peak memory %.0f MiB, %zu incidents, %s; ambiguous %llu weak %llu outside %llu refused %llu\n",
        size.staff, size.calls, size.sessions, size.findings, day.events().size(), ordered - before, done - ordered,
        peak_mebibytes(), in_order.incidents.size(), same ? "the same" : "NOT the same",
        static_cast<unsigned long long>(in_order.counters.findings_ambiguous),
        static_cast<unsigned long long>(in_order.counters.findings_weak),
        static_cast<unsigned long long>(in_order.counters.findings_outside),
        static_cast<unsigned long long>(in_order.counters.facts_refused_full + in_order.counters.volumes_refused_full +
                                        shuffled.counters.facts_refused_full + shuffled.counters.volumes_refused_full));
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
