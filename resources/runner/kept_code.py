"""Code of the repository's files, read once for all boots: a boot then runs it, but need not read it again.

Nothing of it has been run, and of a file that an item sees with another content none is taken.
"""

import importlib.machinery

LOADER = importlib.machinery.SourceFileLoader
KEPT = {}


def keep(paths):
    """In a zygote; what cannot be read is read, or fails, in the boot."""
    for path in paths:
        try:
            KEPT[path] = LOADER("kept", path).get_code("kept")
        except Exception:
            continue


def forget(paths):
    for path in paths:
        KEPT.pop(path, None)


class Lent:
    """Files are loaded from here meanwhile, each once; afterwards nothing is left of it."""

    def __enter__(self):
        read = LOADER.get_code

        def get_code(loader, name):
            known = KEPT.pop(loader.path, None)
            return read(loader, name) if known is None else known

        if KEPT:
            LOADER.get_code = get_code

    def __exit__(self, *error):
        KEPT.clear()
        if "get_code" in vars(LOADER):
            del LOADER.get_code
