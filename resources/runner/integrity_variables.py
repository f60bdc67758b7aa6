"""Says when somebody is given a caller's variables without having asked for them: a library that calls what it was handed.

`locals` and its like, called by code made in C, look at whoever's code runs; no event tells of it.
"""

import builtins
import sys
from types import FrameType

from integrity_events import OURS
from integrity_types import code_of

locals_of = FrameType.__dict__["f_locals"].__get__
globals_of = FrameType.__dict__["f_globals"].__get__


def replace_readers(watch):
    """For good, and before anything of the repository is run."""
    getframe, parts_of = sys._getframe, builtins.vars

    def asked(name):
        frame = getframe(2)
        code = code_of(frame)
        if watch.hears_asides() and name not in code.co_names and code.co_filename not in OURS:
            watch.tell("aside:variables")
        return frame

    def locals():
        return values_of(asked("locals"))

    def globals():
        return globals_of(asked("globals"))

    def vars(*things, **names):
        return parts_of(*things, **names) if things or names else values_of(asked("vars"))

    for reader in (locals, globals, vars):
        reader.__qualname__, reader.__module__ = reader.__name__, "builtins"
        reader.__doc__ = getattr(builtins, reader.__name__).__doc__
        setattr(builtins, reader.__name__, reader)


def values_of(frame):
    """From Python 3.13 on, what a frame gives of a function writes to its variables."""
    values = locals_of(frame)
    return dict(values) if type(values).__name__ == "FrameLocalsProxy" else values
