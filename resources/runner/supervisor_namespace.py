"""What else lives in the sandbox's namespaces, as its supervisor sees it."""

import os
import resource


def used_inodes(folder):
    """Files and folders on a file system."""
    numbers = os.statvfs(folder)
    return numbers.f_files - numbers.f_ffree


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
