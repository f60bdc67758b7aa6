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


def others():
    """Processes but this one and the namespace's first."""
    mine = {"1", str(os.getpid())}
    return [name for name in os.listdir("/proc") if name.isdigit() and name not in mine]


def usage_of_others():
    """Processes in the namespace and the memory that is theirs alone, in bytes."""
    processes, pages = 0, 0
    for name in others():
        try:
            with open("/proc/%s/statm" % name, "rb") as file:
                numbers = file.read().split()
        except OSError:
            continue
        processes += 1
        pages += int(numbers[1]) - int(numbers[2])
    return processes, pages * resource.getpagesize()


def worker_is_gone():
    """Nobody holds the other end of stdin any more."""
    hang_up = select.poll()
    hang_up.register(0, 0)
    return bool(hang_up.poll(0))
