// Each call that SQLite makes to the system fails in its turn, alone or with those after it: what is tried again, as
// the store's thread does, leaves the same incidents, numbers and deliveries as a run that nothing disturbed.
#include <stdexcept>
#include <utility>

#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// SQLite's own file layer with a fault in it. SQLite wants it in C and process-wide.
struct Faults {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs layer{};
    sqlite3_io_methods methods{};
    std::uint64_t calls = 0;
    std::uint64_t fail_at = 0;   // 0: never
    std::uint64_t in_a_row = 1;  // so many from there on
    int instead_of_write = SQLITE_FULL;
    std::uint64_t tried_again = 0;

    bool due()
    {
        ++calls;
        return fail_at != 0 && calls >= fail_at && calls < fail_at + in_a_row;
    }
};

Faults& faults()
{
    static Faults one;
    return one;
}

struct FaultyFile {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file)
{
    return reinterpret_cast<FaultyFile*>(file)->real();
}

void fill_methods(sqlite3_io_methods& m)
{
    m.iVersion = 2;  // without memory mapping: every octet goes by xRead and xWrite
    m.xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); };
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
        return faults().due() ? SQLITE_IOERR_READ : real(f)->pMethods->xRead(real(f), to, n, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
        if (!faults().due()) return real(f)->pMethods->xWrite(real(f), from, n, at);
        // A disk that fills up takes a part.
        if (n > 1) (void)real(f)->pMethods->xWrite(real(f), from, n / 2, at);
        return faults().instead_of_write;
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) {
        return faults().due() ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), n);
    };
    m.xSync = [](sqlite3_file* f, int how) {
        return faults().due() ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), how);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) {
        return faults().due() ? SQLITE_IOERR_FSTAT : real(f)->pMethods->xFileSize(real(f), n);
    };
    m.xLock = [](sqlite3_file* f, int how) {
        return faults().due() ? SQLITE_BUSY : real(f)->pMethods->xLock(real(f), how);
    };
    m.xUnlock = [](sqlite3_file* f, int how) { return real(f)->pMethods->xUnlock(real(f), how); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* held) {
        return faults().due() ? SQLITE_IOERR_CHECKRESERVEDLOCK : real(f)->pMethods->xCheckReservedLock(real(f), held);
    };
    m.xFileControl = [](sqlite3_file* f, int what, void* with) {
        return real(f)->pMethods->xFileControl(real(f), what, with);
    };
    m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
        return faults().due() ? SQLITE_IOERR_SHMMAP : real(f)->pMethods->xShmMap(real(f), page, size, extend, to);
    };
    m.xShmLock = [](sqlite3_file* f, int offset, int n, int how) {
        // Letting go of a lock does not fail.
        return (how & SQLITE_SHM_UNLOCK) == 0 && faults().due() ? SQLITE_BUSY
                                                                : real(f)->pMethods->xShmLock(real(f), offset, n, how);
    };
    m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); };
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* got)
{
    file->pMethods = nullptr;
    if (faults().due()) return SQLITE_CANTOPEN;
    const int code = faults().real->xOpen(faults().real, name, real(file), flags, got);
    if (real(file)->pMethods != nullptr) file->pMethods = &faults().methods;
    return code;
}

// The layer in force while it lives.
struct FaultyDisk {
    FaultyDisk()
    {
        auto& one = faults();
        one.real = sqlite3_vfs_find(nullptr);
        one.layer = *one.real;
        one.layer.szOsFile = static_cast<int>(sizeof(FaultyFile)) + one.real->szOsFile;
        one.layer.zName = "faulty";
        one.layer.pNext = nullptr;
        one.layer.xOpen = open_file;
        one.layer.xDelete = [](sqlite3_vfs*, const char* name, int sync) {
            return faults().due() ? SQLITE_IOERR_DELETE : faults().real->xDelete(faults().real, name, sync);
        };
        one.layer.xAccess = [](sqlite3_vfs*, const char* name, int flags, int* out) {
            return faults().due() ? SQLITE_IOERR_ACCESS : faults().real->xAccess(faults().real, name, flags, out);
        };
        fill_methods(one.methods);
        sqlite3_vfs_register(&one.layer, 1);
    }
    ~FaultyDisk()
    {
        sqlite3_vfs_unregister(&faults().layer);
        sqlite3_vfs_register(faults().real, 1);
    }
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
};

constexpr int kTries = 20;

// As the store's thread: an error or an exception is tried again.
template <typename Work>
bool try_again(Work&& work)
{
    for (int tries = 0; tries < kTries; ++tries) {
        try {
            if (work()) return true;
        } catch (const std::logic_error&) {  // a statement that could not be compiled
        }
        ++faults().tried_again;
    }
    return false;
}

std::vector<RecordIncident> effects()
{
    std::vector<RecordIncident> all;
    for (int n = 0; n < 6; ++n)
        all.push_back(incident("bw-" + std::to_string(n / 2), static_cast<std::uint32_t>(n % 2 + 1), hour(n)));
    return all;
}

RecordMention mention()
{
    MentionAnswer answer;
    answer.mention = {"export", "C-17", "x", hour(3), {}, "", false};
    answer.answered_at = hour(6);
    answer.candidates = {{{"s1001"}, 0.9, hour(3), 0.9, Grade::medium, "acd/7"}};
    return {answer};
}

// What is there at the end, in words; empty: something could not be done in kTries.
std::string run(std::uint64_t fail_at)
{
    const TemporaryFolder folder;
    faults().calls = 0;
    faults().fail_at = fail_at;
    std::unique_ptr<Store> store;
    const auto open = [&] {
        auto opened = open_store(folder.path(), {"siem"}, key_of());
        if (opened) store = std::move(*opened);
        return opened.has_value();
    };
    if (!try_again(open)) return "";
    std::uint64_t last = 0;
    for (const auto& effect : effects()) {
        const auto record = [&] {
            const auto number = store->record(effect);
            if (number) last = *number;
            return number.has_value();
        };
        if (!try_again(record)) return "";
        if (last % 3 == 0 && !try_again([&] { return store->delivered("siem", last).has_value(); })) return "";
    }
    if (!try_again([&] { return store->record(mention()).has_value(); })) return "";
    if (!try_again([&] { return store->purge(hour(2), hour(2)).has_value(); })) return "";
    faults().fail_at = 0;
    store.reset();
    if (!open()) return "";
    std::string there = std::to_string(store->last_sequence()) + ":";
    const auto found = store->incidents_since({}).value();
    for (const auto& each : found)
        there += " " + each.incident.id + "/" + std::to_string(each.incident.revision) + "/" + each.staff.value;
    there += " owed";
    const auto owed = store->owed("siem", 100).value();
    for (const auto& each : owed) there += " " + std::to_string(each.sequence);
    auto file = CaseFile::open(folder.path()).value();
    const auto verified = file.verify();
    const auto people = file.open_mention("export", "C-17", {"alice", "why", hour(7)}, *key_of());
    if (people && people->size() == 1) there += " mention/" + people->front().staff.value;
    return there + (verified && verified->wrong.empty() ? " whole" : " broken");
}

}  // namespace

TEST_CASE("each call of the database to the system may fail: the same incidents are there as in an undisturbed run")
{
    const FaultyDisk disk;
    for (const auto& [code, in_a_row] : {std::pair{SQLITE_FULL, 1U}, std::pair{SQLITE_IOERR_WRITE, 4U}}) {
        faults().instead_of_write = code;
        faults().in_a_row = in_a_row;
        faults().tried_again = 0;
        const auto undisturbed = run(0);
        const auto calls = faults().calls;
        REQUIRE(undisturbed.ends_with("mention/s1001 whole"));
        REQUIRE(calls > 100);
        for (std::uint64_t fail_at = 1; fail_at <= calls; ++fail_at)
            CHECK_MESSAGE(run(fail_at) == undisturbed, "call " << fail_at << " of " << calls);
        // A close or a checkpoint may fail without a word: the next one does it.
        CHECK(faults().tried_again > calls / 3);
    }
}
