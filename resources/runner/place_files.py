"""Files over the originals where nothing can be mounted: in a tree that was made writable for the supervisor alone."""

import json
import os
import sys

import kept_tree
from overlays import byte_code_of


def main():
    """Takes one JSON line before the supervisor starts: folders in memory to fill, files to put there. They stay."""
    request = json.loads(sys.stdin.buffer.readline())
    for folder in request["folders"]:
        kept_tree.fill(folder)
    for path, content in request["files"]:
        place(path, content)


class Placed:
    """The files of a request while it runs; then the originals come back, byte code included."""

    def __init__(self, request):
        self.files = request.get("files", ()) if request["isolation"] == "users" else ()
        self.kept = []

    def __enter__(self):
        for path, content in self.files:
            self.kept += [keep(one) for one in (path, *byte_code_of(path))]
            place(path, content)

    def __exit__(self, *error):
        for path, content, times in self.kept:
            write(path, content)
            # Byte code names the time of its source.
            os.utime(path, ns=times)


def place(path, content):
    write(path, content.encode("utf-8"))
    for compiled in byte_code_of(path):
        write(compiled, b"")


def keep(path):
    found = os.stat(path)
    with open(path, "rb") as file:
        return path, file.read(), (found.st_atime_ns, found.st_mtime_ns)


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
