"""A copy of the source tree in an image that only root may read, from which folders in memory are filled.

A container's root cannot be written to, and copies that the engine makes take it long. So the image keeps all files in
one, and a container has the folders that a candidate's file goes into in memory, filled before anything else happens.
"""

import marshal
import os

SOURCE = "/bench/source"
INDEX = "/bench/kept.index"
CONTENT = "/bench/kept.content"


def main():
    """Run once, when the image is built."""
    os.umask(0o077)
    entries, offset = [], 0
    with open(CONTENT, "wb") as content:
        for folder, _, files in os.walk(SOURCE):
            entries.append((folder, stat_of(folder), None))
            for name in files:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    size = content.write(file.read())
                entries.append((path, stat_of(path), (offset, size)))
                offset += size
    with open(INDEX, "wb") as index:
        marshal.dump(entries, index)


def stat_of(path):
    found = os.stat(path)
    return found.st_mode & 0o777, found.st_mtime_ns


def fill(folder):
    """Puts into an empty folder of the source tree what it had, below it too."""
    with open(INDEX, "rb") as index:
        entries = marshal.load(index)
    content = os.open(CONTENT, os.O_RDONLY)
    for path, (mode, time), at in entries:
        if not path.startswith(folder + "/"):
            continue
        if at is None:
            os.mkdir(path, mode)
            continue
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        write(file, content, at)
        # Byte code names the time of its source.
        os.utime(file, ns=(time, time))
        os.close(file)
    os.close(content)


def write(file, content, at):
    offset, size = at
    while size > 0:
        written = os.sendfile(file, content, offset, size)
        if written == 0:
            raise OSError("the copy of the source tree is shorter than its index says")
        offset += written
        size -= written


if __name__ == "__main__":
    main()
