"""Puts the candidate's files over the originals, where the launcher could not: in folders that it made writable."""

import json
import os
import sys


def main():
    """Takes one JSON line: `{"files": [{"path": …, "content": …}]}`. Run as root, before the supervisor."""
    for file in json.loads(sys.stdin.buffer.readline())["files"]:
        place(file["path"], file["content"])


def place(path, content):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(content)
    empty_byte_code(path)


def empty_byte_code(path):
    """Byte code is compiled from the reference; an empty file is compiled again."""
    folder = os.path.join(os.path.dirname(path), "__pycache__")
    prefix = os.path.basename(path).rpartition(".")[0] + ".cpython-"
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.startswith(prefix):
            os.truncate(os.path.join(folder, name), 0)
