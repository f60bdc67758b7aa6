"""Code of the repository's files, read once for all boots: a boot then runs it, but need not read it again.

Nothing of it has been run, and of a file that an item sees with another content none is taken.
"""

from functools import partial
from importlib.machinery import FileFinder, SourceFileLoader

KEPT = {}


def keep(paths):
    """In a zygote; what cannot be read is read, or fails, in the boot."""
    for path in paths:
        try:
            KEPT[path] = SourceFileLoader("kept", path).get_code("kept")
        except Exception:
            continue


def forget(paths):
    for path in paths:
        KEPT.pop(path, None)


class Lent:
    """Files are loaded from here meanwhile, each once; afterwards nothing is left of it.

    A loader that is found is told what its code is, by a call without a frame: tracebacks stay as they are.
    """

    def __init__(self):
        self.loaders = []

    def __enter__(self):
        find = FileFinder.find_spec
        self.find = find

        def find_spec(finder, name, target=None):
            spec = find(finder, name, target)
            if spec is not None and spec.origin in KEPT and type(spec.loader) is SourceFileLoader:
                spec.loader.get_code = partial(KEPT.pop, spec.origin)
                self.loaders.append(spec.loader)
            return spec

        if KEPT:
            FileFinder.find_spec = find_spec

    def __exit__(self, *error):
        FileFinder.find_spec = self.find
        KEPT.clear()
        for loader in self.loaders:
            del loader.get_code
