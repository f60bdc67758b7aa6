"""What else lives in the sandbox's namespaces, as its supervisor sees it."""

import os
import resource


def used_inodes(folder):
    """Files and folders on a file system."""
    numbers = os.statvfs(folder)
    return numbers.f_files - numbers.f_ffree


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
