"""What an import reads and makes is everybody's: where files that were there before are imported, in the usual way."""

import sys
import time
from importlib.machinery import ExtensionFileLoader, FileFinder, SourceFileLoader, SourcelessFileLoader
from os import O_CLOEXEC, O_RDONLY, close, fstat, open as open_file, read, stat

from integrity_types import back_of, code_of

IMPORTLIB = "<frozen importlib"
LOADERS = (ExtensionFileLoader, SourceFileLoader, SourcelessFileLoader)
#: Of a file of code made before, what stands before the code.
HEADER_BYTES = 16


class Imports:
    """How modules are found, and since when a file may be the target's."""

    def __init__(self):
        self.since = time.time_ns()
        #: What finds modules, as it was before the first test.
        self.finders = None
        self.cached = ()
        #: What the import system has opened last.
        self.opened = None

    def remember(self):
        self.finders = finders()
        self.cached = list(sys.path_importer_cache.values())

    def are_as_before(self):
        """A finder or a loader of the target's would make anything of a file that is there."""
        if self.finders is None:
            return True
        now = finders()
        is_same = len(now) == len(self.finders) and all(map(is_it, now, self.finders))
        return is_same and all(map(self.is_usual, list(sys.path_importer_cache.values())))

    def is_usual(self, finder):
        if type(finder) is not FileFinder:
            return finder is None or any(finder is one for one in self.cached)
        loaders = [loader for _, loader in finder._loaders]
        is_usual = all(any(loader is one for one in LOADERS) for loader in loaders)
        return is_usual and "find_spec" not in vars(finder)

    def is_import(self, frame):
        """Whether the import system is at work, and nobody for it."""
        while frame is not None:
            code = code_of(frame)
            if not code.co_filename.startswith(IMPORTLIB):
                return False
            if code.co_name == "_find_and_load":
                return self.are_as_before()
            frame = back_of(frame)
        return False

    def is_genuine(self, event, args, frame):
        """Whether the code that is made is what its file has held since before the target was there."""
        if not self.is_import(frame):
            return False
        if is_frozen(frame):
            return True
        if event == "code.__new__":
            # Before Python 3.10, all that a file of code holds is told part by part.
            return self.is_old(self.opened)
        if type(args[0]) is not bytes:
            return False
        content = self.content_of(args[1] if event == "compile" else self.opened)
        return args[0] == (content if event == "compile" else content[HEADER_BYTES:])

    def is_old(self, path):
        """Whether nothing was written to a file since; when that was, nobody can change."""
        try:
            return stat(path).st_ctime_ns < self.since
        except (OSError, TypeError, ValueError):
            return False

    def content_of(self, path):
        """Of a file that was there before."""
        if not self.is_old(path):
            return b""
        descriptor = open_file(path, O_RDONLY | O_CLOEXEC)
        try:
            return read(descriptor, fstat(descriptor).st_size)
        finally:
            close(descriptor)


def finders():
    return [*sys.meta_path, *sys.path_hooks]


def is_it(one, other):
    return one is other


def is_finding(code):
    return code.co_name == "_find_and_load" and code.co_filename.startswith(IMPORTLIB)


def is_frozen(frame):
    """Whether the module is one that Python has in itself: since Python 3.13 its code is told, too."""
    code = code_of(back_of(frame))
    return code.co_name == "exec_module" and code.co_filename == IMPORTLIB + "._bootstrap>"


def is_importing(frame):
    """Whether a module is being imported, by whomever."""
    while frame is not None:
        if is_finding(code_of(frame)):
            return True
        frame = back_of(frame)
    return False
