"""Files of the source tree replaced for one process and its children, in mounts of their own."""

import os
import sys

import system_calls as calls

PLACE = "/bench/overlay"
TEMPORARY_BYTES = 64 << 20
SHARED_MEMORY_BYTES = 16 << 20
#: The supervisor stops who makes too many files; this stops who is faster than it looks.
INODES_FACTOR = 16
PLAIN = calls.NO_SUID | calls.NO_DEVICES
EMPTY = "/bench/runner/etc/empty"


def own_processes():
    """A /proc of this process namespace. Read-only: a user whose number is the host's root could write settings."""
    calls.mount("proc", "/proc", "proc", PLAIN | calls.NO_PROGRAMS | calls.READ_ONLY)


def new_temporary_folders(inodes):
    """Descriptors of file systems for /tmp and /dev/shm."""
    return tuple(
        calls.new_memory_files(mode=1777, size=size, nr_inodes=INODES_FACTOR * inodes)
        for size in (TEMPORARY_BYTES, SHARED_MEMORY_BYTES)
    )


def own_file_systems(folders, files, masked=()):
    """Those on /tmp and /dev/shm, and `files` ([path, content]) over the originals. `masked`: whose byte code is already."""
    calls.unshare(calls.NEW_MOUNTS | calls.NEW_IPC)
    for descriptor, target in zip(folders, ("/tmp", "/dev/shm")):
        calls.attach(descriptor, target)
        os.close(descriptor)
    put_over(files, masked)


def put_over(files, masked):
    if not files:
        return
    calls.mount("tmpfs", PLACE, "tmpfs", PLAIN, "mode=755,size=64m")
    for index, (path, content) in enumerate(files):
        copy = os.path.join(PLACE, str(index))
        write(copy, content.encode("utf-8"))
        bind(copy, path)
        for compiled in () if path in masked else byte_code_of(path):
            bind(EMPTY, compiled)
    calls.unmount(PLACE)


def write(path, data):
    """Without a file object: a fork pays for all that is made for one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC)
    os.fchmod(descriptor, 0o644)
    while data:
        data = data[os.write(descriptor, data):]
    os.close(descriptor)


def bind(source, target):
    calls.mount(source, target, None, calls.BIND)
    calls.mount(None, target, None, calls.REMOUNT | calls.BIND | calls.READ_ONLY | PLAIN)


def byte_code_of(path):
    """It is compiled from the original."""
    folder, name = os.path.split(path)
    cache = os.path.join(folder, "__pycache__")
    start = "%s.%s" % (os.path.splitext(name)[0], sys.implementation.cache_tag)
    try:
        return [os.path.join(cache, one) for one in os.listdir(cache) if one.startswith(start)]
    except FileNotFoundError:
        return []
