// LD_PRELOAD: calls that sockets, files and the database are worked with by fail as a test says, and memory is refused
// to one thread. What is to fail stands in a file that is mapped: $BREAKWATCH_FAULTS, made by faults_lab.py, which has
// the layout as well. Any thread.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

// clang-format off
enum Kind : unsigned {
    kAccept, kReceive, kSend, kConnect, kSocket, kBind, kListen, kSetOption, kGetOption, kControl, kEpollAdd, kEpollWait,
    kFileRead, kFileWrite, kDbOpen, kDbRead, kDbWrite, kDbSync, kDbTruncate, kDbLock, kDbMap, kDbStat,
    kMemoryMain, kMemoryStore, kMemoryCapture, kKinds
};
// clang-format on

struct Slot {
    std::atomic<std::uint32_t> skip;   // so many calls go well first
    std::atomic<std::uint32_t> times;  // so many fail then; 0: none
    std::atomic<std::int32_t> error;
    std::uint32_t unused;
    std::atomic<std::uint64_t> calls;
    std::atomic<std::uint64_t> failed;
};
static_assert(sizeof(Slot) == 32);

Slot* slots = nullptr;
constexpr int kMostDescriptors = 4096;
std::array<std::atomic<bool>, kMostDescriptors> of_database;

enum class Role : std::uint8_t { unknown, store, capture };
thread_local Role role = Role::unknown;

bool main_thread()
{
    return ::gettid() == ::getpid();
}

bool fails(Kind kind)
{
    if (slots == nullptr) return false;
    auto& slot = slots[kind];
    slot.calls.fetch_add(1, std::memory_order_relaxed);
    if (slot.times.load(std::memory_order_relaxed) == 0) return false;
    if (slot.skip.load() > 0) {
        slot.skip.fetch_sub(1);
        return false;
    }
    slot.times.fetch_sub(1);
    slot.failed.fetch_add(1);
    errno = slot.error;
    return true;
}

template <typename Function>
Function* next(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool in_database(int descriptor)
{
    return descriptor >= 0 && descriptor < kMostDescriptors && of_database[static_cast<unsigned>(descriptor)];
}

void note_open(int descriptor, const char* path)
{
    if (descriptor < 0 || descriptor >= kMostDescriptors) return;
    of_database[static_cast<unsigned>(descriptor)] = std::strstr(path, "breakwatch.db") != nullptr;
}

bool database_path(const char* path)
{
    return path != nullptr && std::strstr(path, "breakwatch.db") != nullptr;
}

// The store's own thread is the one that works on the database and is not the main thread.
bool fails_in_database(Kind kind)
{
    if (!main_thread()) role = Role::store;
    return fails(kind);
}

bool of_packets(int descriptor)
{
    int domain = 0;
    socklen_t size = sizeof domain;
    static const auto real = next<int(int, int, int, void*, socklen_t*)>("getsockopt");
    const int before = errno;
    const bool packets = real(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_PACKET;
    errno = before;
    return packets;
}

enum class What : std::uint8_t { socket, file, other };

What what_is(int descriptor)
{
    struct stat about{};
    const int before = errno;
    const int told = ::fstat(descriptor, &about);
    errno = before;
    if (told != 0) return What::other;
    if (S_ISSOCK(about.st_mode)) return What::socket;
    return S_ISREG(about.st_mode) || S_ISFIFO(about.st_mode) ? What::file : What::other;
}

bool fails_reading(int descriptor)
{
    if (slots == nullptr) return false;
    const auto what = what_is(descriptor);
    return what == What::socket ? fails(kReceive)
                                : what == What::file && fails(in_database(descriptor) ? kDbRead : kFileRead);
}

bool fails_writing(int descriptor)
{
    if (slots == nullptr || descriptor <= 2) return false;
    const auto what = what_is(descriptor);
    return what == What::socket ? fails(kSend)
                                : what == What::file && fails(in_database(descriptor) ? kDbWrite : kFileWrite);
}

void* memory(std::size_t size, bool may_throw)
{
    if (slots != nullptr) {
        const auto kind = main_thread()           ? kMemoryMain
                          : role == Role::store   ? kMemoryStore
                          : role == Role::capture ? kMemoryCapture
                                                  : kKinds;
        if (kind != kKinds && fails(kind)) {
            if (!may_throw) return nullptr;
            throw std::bad_alloc();
        }
    }
    void* const found = std::malloc(size == 0 ? 1 : size);
    if (found == nullptr && may_throw) throw std::bad_alloc();
    return found;
}

__attribute__((constructor)) void map_faults()
{
    const char* const path = std::getenv("BREAKWATCH_FAULTS");
    if (path == nullptr) return;
    static const auto real = next<int(const char*, int, ...)>("open");
    const int file = real(path, O_RDWR);
    if (file < 0) return;
    static const auto map = next<void*(void*, std::size_t, int, int, int, off_t)>("mmap");
    void* const found = map(nullptr, sizeof(Slot) * kKinds, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (found != MAP_FAILED) slots = static_cast<Slot*>(found);
}

}  // namespace

// clang-format off
void* operator new(std::size_t size) { return memory(size, true); }
void* operator new[](std::size_t size) { return memory(size, true); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return memory(size, false); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return memory(size, false); }
void operator delete(void* found) noexcept { std::free(found); }
void operator delete[](void* found) noexcept { std::free(found); }
void operator delete(void* found, std::size_t) noexcept { std::free(found); }
void operator delete[](void* found, std::size_t) noexcept { std::free(found); }
// clang-format on

#define REAL(name, ...) static const auto real = next<__VA_ARGS__>(name)

extern "C" {

int accept(int descriptor, sockaddr* address, socklen_t* size)
{
    REAL("accept", int(int, sockaddr*, socklen_t*));
    return fails(kAccept) ? -1 : real(descriptor, address, size);
}
int accept4(int descriptor, sockaddr* address, socklen_t* size, int flags)
{
    REAL("accept4", int(int, sockaddr*, socklen_t*, int));
    return fails(kAccept) ? -1 : real(descriptor, address, size, flags);
}
ssize_t recv(int descriptor, void* data, size_t size, int flags)
{
    REAL("recv", ssize_t(int, void*, size_t, int));
    return fails(kReceive) ? -1 : real(descriptor, data, size, flags);
}
ssize_t recvfrom(int descriptor, void* data, size_t size, int flags, sockaddr* address, socklen_t* length)
{
    REAL("recvfrom", ssize_t(int, void*, size_t, int, sockaddr*, socklen_t*));
    return fails(kReceive) ? -1 : real(descriptor, data, size, flags, address, length);
}
ssize_t recvmsg(int descriptor, msghdr* message, int flags)
{
    REAL("recvmsg", ssize_t(int, msghdr*, int));
    return fails(kReceive) ? -1 : real(descriptor, message, flags);
}
ssize_t send(int descriptor, const void* data, size_t size, int flags)
{
    REAL("send", ssize_t(int, const void*, size_t, int));
    return fails(kSend) ? -1 : real(descriptor, data, size, flags);
}
ssize_t sendto(int descriptor, const void* data, size_t size, int flags, const sockaddr* address, socklen_t length)
{
    REAL("sendto", ssize_t(int, const void*, size_t, int, const sockaddr*, socklen_t));
    return fails(kSend) ? -1 : real(descriptor, data, size, flags, address, length);
}
ssize_t sendmsg(int descriptor, const msghdr* message, int flags)
{
    REAL("sendmsg", ssize_t(int, const msghdr*, int));
    return fails(kSend) ? -1 : real(descriptor, message, flags);
}
ssize_t read(int descriptor, void* data, size_t size)
{
    REAL("read", ssize_t(int, void*, size_t));
    return fails_reading(descriptor) ? -1 : real(descriptor, data, size);
}
ssize_t readv(int descriptor, const iovec* parts, int count)
{
    REAL("readv", ssize_t(int, const iovec*, int));
    return fails_reading(descriptor) ? -1 : real(descriptor, parts, count);
}
ssize_t write(int descriptor, const void* data, size_t size)
{
    REAL("write", ssize_t(int, const void*, size_t));
    return fails_writing(descriptor) ? -1 : real(descriptor, data, size);
}
ssize_t writev(int descriptor, const iovec* parts, int count)
{
    REAL("writev", ssize_t(int, const iovec*, int));
    return fails_writing(descriptor) ? -1 : real(descriptor, parts, count);
}
int connect(int descriptor, const sockaddr* address, socklen_t size)
{
    REAL("connect", int(int, const sockaddr*, socklen_t));
    return fails(kConnect) ? -1 : real(descriptor, address, size);
}
int socket(int domain, int type, int protocol)
{
    REAL("socket", int(int, int, int));
    return domain != AF_PACKET && fails(kSocket) ? -1 : real(domain, type, protocol);
}
int bind(int descriptor, const sockaddr* address, socklen_t size)
{
    REAL("bind", int(int, const sockaddr*, socklen_t));
    return !of_packets(descriptor) && fails(kBind) ? -1 : real(descriptor, address, size);
}
int listen(int descriptor, int backlog)
{
    REAL("listen", int(int, int));
    return fails(kListen) ? -1 : real(descriptor, backlog);
}
int setsockopt(int descriptor, int level, int name, const void* value, socklen_t size)
{
    REAL("setsockopt", int(int, int, int, const void*, socklen_t));
    return !of_packets(descriptor) && fails(kSetOption) ? -1 : real(descriptor, level, name, value, size);
}
int getsockopt(int descriptor, int level, int name, void* value, socklen_t* size)
{
    REAL("getsockopt", int(int, int, int, void*, socklen_t*));
    return !of_packets(descriptor) && fails(kGetOption) ? -1 : real(descriptor, level, name, value, size);
}
int ioctl(int descriptor, unsigned long request, ...)
{
    REAL("ioctl", int(int, unsigned long, ...));
    va_list rest;
    va_start(rest, request);
    void* const value = va_arg(rest, void*);
    va_end(rest);
    const bool ours = request == FIONBIO && !of_packets(descriptor);
    return ours && fails(kControl) ? -1 : real(descriptor, request, value);
}
int epoll_ctl(int set, int operation, int descriptor, epoll_event* event)
{
    REAL("epoll_ctl", int(int, int, int, epoll_event*));
    return operation == EPOLL_CTL_ADD && fails(kEpollAdd) ? -1 : real(set, operation, descriptor, event);
}
int epoll_wait(int set, epoll_event* events, int most, int wait)
{
    REAL("epoll_wait", int(int, epoll_event*, int, int));
    return fails(kEpollWait) ? -1 : real(set, events, most, wait);
}
int poll(pollfd* descriptors, nfds_t count, int wait)
{
    REAL("poll", int(pollfd*, nfds_t, int));
    if (!main_thread() && role == Role::unknown) role = Role::capture;
    return real(descriptors, count, wait);
}

static int opened(const char* path, int flags, va_list rest)
{
    REAL("open64", int(const char*, int, ...));
    const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{0};
    if (database_path(path) && fails_in_database(kDbOpen)) return -1;
    const int descriptor = real(path, flags, mode);
    note_open(descriptor, path);
    return descriptor;
}
int open(const char* path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const int descriptor = opened(path, flags, rest);
    va_end(rest);
    return descriptor;
}
int open64(const char* path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const int descriptor = opened(path, flags, rest);
    va_end(rest);
    return descriptor;
}
int close(int descriptor)
{
    REAL("close", int(int));
    note_open(descriptor, "");
    return real(descriptor);
}
ssize_t pread64(int descriptor, void* data, size_t size, off64_t at)
{
    REAL("pread64", ssize_t(int, void*, size_t, off64_t));
    return in_database(descriptor) && fails_in_database(kDbRead) ? -1 : real(descriptor, data, size, at);
}
ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t at)
{
    REAL("pwrite64", ssize_t(int, const void*, size_t, off64_t));
    return in_database(descriptor) && fails_in_database(kDbWrite) ? -1 : real(descriptor, data, size, at);
}
int fdatasync(int descriptor)
{
    REAL("fdatasync", int(int));
    return in_database(descriptor) && fails_in_database(kDbSync) ? -1 : real(descriptor);
}
int fsync(int descriptor)
{
    REAL("fsync", int(int));
    return in_database(descriptor) && fails_in_database(kDbSync) ? -1 : real(descriptor);
}
int ftruncate64(int descriptor, off64_t size)
{
    REAL("ftruncate64", int(int, off64_t));
    return in_database(descriptor) && fails_in_database(kDbTruncate) ? -1 : real(descriptor, size);
}
int fcntl64(int descriptor, int command, ...)
{
    REAL("fcntl64", int(int, int, ...));
    va_list rest;
    va_start(rest, command);
    void* const value = va_arg(rest, void*);
    va_end(rest);
    const bool lock = command == F_SETLK && in_database(descriptor);
    return lock && fails_in_database(kDbLock) ? -1 : real(descriptor, command, value);
}
int fstat64(int descriptor, struct stat64* about)
{
    REAL("fstat64", int(int, struct stat64*));
    return in_database(descriptor) && fails_in_database(kDbStat) ? -1 : real(descriptor, about);
}
void* mmap64(void* at, size_t size, int protection, int flags, int descriptor, off64_t offset)
{
    REAL("mmap64", void*(void*, size_t, int, int, int, off64_t));
    return in_database(descriptor) && fails_in_database(kDbMap) ? MAP_FAILED
                                                                : real(at, size, protection, flags, descriptor, offset);
}

}  // extern "C"
