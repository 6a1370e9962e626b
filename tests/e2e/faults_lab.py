"""Failing calls for a running daemon: failing_calls.cpp, preloaded, and the file that says what is to fail next."""
import errno
import mmap
import os
import struct

import lab

# In the order of failing_calls.cpp; each with the errors that the kernel gives there.
KINDS = {
    "accept": ("ECONNABORTED", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EPERM"),
    "receive": ("ECONNRESET", "ETIMEDOUT", "EINTR", "ENOMEM", "EIO"),
    "send": ("EPIPE", "ECONNRESET", "ENOBUFS", "EINTR"),
    "connect": ("ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT"),
    "socket": ("EMFILE", "ENFILE", "ENOBUFS"),
    "bind": ("EADDRINUSE", "EACCES"),
    "listen": ("EADDRINUSE",),
    "set_option": ("ENOMEM", "EINVAL"),
    "get_option": ("ENOBUFS",),
    "control": ("ENOMEM",),
    "epoll_add": ("ENOSPC", "ENOMEM"),
    "epoll_wait": ("EINTR",),
    "file_read": ("EIO", "EINTR"),
    "file_write": ("ENOSPC", "EIO"),
    "db_open": ("EMFILE", "EIO"),
    "db_read": ("EIO",),
    "db_write": ("ENOSPC", "EIO"),
    "db_sync": ("EIO", "ENOSPC"),
    "db_truncate": ("EIO",),
    "db_lock": ("EAGAIN", "ENOLCK", "EIO"),
    "db_map": ("ENOMEM",),
    "db_stat": ("EIO",),
    "memory_main": ("ENOMEM",), "memory_store": ("ENOMEM",), "memory_capture": ("ENOMEM",),
}
SLOT = struct.Struct("<IIiIQQ")  # skip, times, error, -, calls, failed
NAMES = list(KINDS)


class Faults:
    def __init__(self, work):
        library = lab.BUILD / "libfailing_calls.so"
        if not library.exists():
            lab.skip("no libfailing_calls.so: build the target failing_calls")
        path = work / "faults"
        path.write_bytes(bytes(SLOT.size * len(NAMES)))
        path.chmod(0o666)
        self.map = mmap.mmap(os.open(path, os.O_RDWR), 0)
        asan = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0", "alloc_dealloc_mismatch=0"]))
        self.under = ("env", f"LD_PRELOAD={library}", f"BREAKWATCH_FAULTS={path}", f"ASAN_OPTIONS={asan}")

    def _slot(self, kind):
        return SLOT.unpack_from(self.map, NAMES.index(kind) * SLOT.size)

    def arm(self, kind, error, times=1, skip=0):
        """The call after `skip` more of its kind fails, and so many after it."""
        at = NAMES.index(kind) * SLOT.size
        struct.pack_into("<I", self.map, at + 4, 0)
        struct.pack_into("<IIi", self.map, at, skip, 0, getattr(errno, error))
        struct.pack_into("<I", self.map, at + 4, times)

    def disarm(self, kind):
        struct.pack_into("<I", self.map, NAMES.index(kind) * SLOT.size + 4, 0)

    def calls(self, kind):
        return self._slot(kind)[4]

    def failed(self, kind):
        return self._slot(kind)[5]
