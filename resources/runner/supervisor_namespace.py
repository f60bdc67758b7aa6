"""What else lives in the sandbox's namespaces, as its supervisor sees it."""

import os
import resource
import select


def used_inodes(folder):
    """Files and folders on a file system."""
    numbers = os.statvfs(folder)
    return numbers.f_files - numbers.f_ffree


def out_of_memory_kills():
    """Processes that the kernel has killed for the container's memory limit; 0 where there is none."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(path) as file:
                return int(dict(line.split() for line in file)["oom_kill"])
        except (OSError, KeyError, ValueError):
            continue
    return 0


def others(known):
    """Processes but this one, the namespace's first and the known ones."""
    mine = {"1", str(os.getpid()), *map(str, known)}
    return [name for name in os.listdir("/proc") if name.isdigit() and name not in mine]


def usage_of(names):
    """How many of these processes there are, and the memory that is theirs alone, in bytes."""
    processes, pages = 0, 0
    for name in names:
        try:
            with open("/proc/%s/statm" % name, "rb") as file:
                numbers = file.read().split()
        except OSError:
            continue
        # One that has ended and waits to be reaped has no memory.
        processes += numbers[0] != b"0"
        pages += int(numbers[1]) - int(numbers[2])
    return processes, pages * resource.getpagesize()


def worker_is_gone():
    """Nobody holds the other end of stdin any more."""
    hang_up = select.poll()
    hang_up.register(0, 0)
    return bool(hang_up.poll(0))
