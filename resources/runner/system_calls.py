"""System calls that Python 3.8 has no function for; each raises OSError when it is refused."""

import ctypes
import os
import signal
from _socket import socketpair

NEW_MOUNTS = 0x00020000
NEW_IPC = 0x08000000
NEW_USERS = 0x10000000
NEW_PROCESSES = 0x20000000
SHARED_MEMORY = 0x00000100
READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS = 1, 2, 4, 8
REMOUNT, BIND = 32, 4096
DETACH = 2
COLLAPSE = 25
LARGE_PAGE = 2 << 20
IDLER_STACK = 16 << 10

_libc = ctypes.CDLL(None, use_errno=True)
#: Keeps the interpreter's lock meanwhile.
_locked_libc = ctypes.PyDLL(None, use_errno=True)


#: Version 3 and this process; three empty sets in halves. Made here: a fork would make their types anew.
_NO_CAPABILITIES = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def fork():
    """As `os.fork` in a process of one thread, without what the standard library then does: it costs a third more.

    Whoever forks has one thread and holds no lock; `random` goes on in the child as it would in the parent.
    """
    return _number(_locked_libc.fork())


def one_way():
    """As `os.pipe`, but what was written cannot be read back by the writer: a pipe's name in /proc opens both ways."""
    ends = socketpair()
    return tuple(end.detach() for end in ends)


def start_idler():
    """A process that only waits for signals, and what it needs until it has ended: `(number, stack)`.

    It shares this process's memory and runs one function of the C library there: neither its start nor its end costs
    what a fork does, which copies the memory's tables. A handler of a signal would run in it, too: it must have none.
    """
    stack = ctypes.create_string_buffer(IDLER_STACK)
    top = ctypes.c_void_p((ctypes.addressof(stack) + IDLER_STACK) & -64)
    pause = ctypes.cast(_libc.pause, ctypes.c_void_p)
    return _number(_libc.clone(pause, top, SHARED_MEMORY | signal.SIGCHLD, None)), stack


def unshare(flags):
    _check(_libc.unshare(flags))


def enter_namespace(descriptor, kind):
    _check(_libc.setns(descriptor, kind))


def mount(source, target, kind, flags, options=None):
    _check(_libc.mount(*map(_bytes, (source, target, kind)), ctypes.c_ulong(flags), _bytes(options)), target)


def new_memory_files(**options):
    """A file system in memory that is nowhere yet: a descriptor, by which its use can be asked after."""
    context = _number(_libc.syscall(430, b"tmpfs", 1))
    for name, value in options.items():
        _check(_libc.syscall(431, context, 1, _bytes(name), _bytes(str(value)), 0))
    _check(_libc.syscall(431, context, 6, None, None, 0))
    made = _number(_libc.syscall(432, context, 1, NO_SUID | NO_DEVICES))
    os.close(context)
    return made


def attach(descriptor, target):
    _check(_libc.syscall(429, descriptor, b"", -100, _bytes(target), 4), target)


def unmount(target):
    _check(_libc.umount2(_bytes(target), DETACH), target)


def set_dumpable(value):
    """0: nobody of the same user can read or write this process's memory and descriptors."""
    _check(_libc.prctl(4, value, 0, 0, 0))


def drop_capabilities():
    """All of them, of the ambient set too: nothing that is executed gets them back."""
    _check(_libc.prctl(47, 4, 0, 0, 0))
    _check(_libc.capset(*_NO_CAPABILITIES))


def filter_calls(program):
    """Sets a filter of system calls, a BPF program; it cannot be taken off."""
    _check(_libc.prctl(38, 1, 0, 0, 0))
    _check(_libc.prctl(22, 2, ctypes.byref(_Program(len(program) // 8, program)), 0, 0))


def join_pages():
    """Has this process's own memory in large pages, where the kernel gives them.

    A fork then copies, and its end gives back, an entry for each of few pages instead of for each of many.
    """
    with open("/proc/self/maps") as file:
        regions = [line.split() for line in file]
    for region in regions:
        if region[1] == "rw-p" and region[5:] in ([], ["[heap]"]):
            first, end = (int(number, 16) for number in region[0].split("-"))
            for start in range(-(-first // LARGE_PAGE) * LARGE_PAGE, end - LARGE_PAGE + 1, LARGE_PAGE):
                # Refused where there is none, or none is allowed: then pages stay as they are.
                _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(LARGE_PAGE), COLLAPSE)


def _bytes(text):
    return None if text is None else os.fsencode(text)


def _number(result):
    _check(min(result, 0))
    return result


def _check(result, path=None):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)
