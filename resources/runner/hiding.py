"""The runner's modules leave the table of modules before the repository is imported: their names are the repository's."""

import os
import sys

#: By their first part. That a stub was called stays to be seen: no zygote is used that has it.
NAMES = {os.path.splitext(name)[0] for name in os.listdir(os.path.dirname(os.path.abspath(__file__)))} - {"stub_calls"}


def hide_runner():
    """Those who have imported one keep it."""
    for name in list(sys.modules):
        if name.partition(".")[0] in NAMES:
            del sys.modules[name]
