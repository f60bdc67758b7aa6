"""What the target does that the reference does not do: kinds of event, told at once through a pipe.

An event counts when a frame of the target is on the stack; some count wherever they come from. What was told cannot
be taken back, and the number of events at the end tells whether all of them arrived.
"""

import sys
from _thread import get_ident
from os import write

from integrity_events import ANYWHERE, BELOW, CLASS_MAKERS, DECORATOR_LINES, DEPTH, DIRECT, FUNCTION_PARTS, GUARDED
from integrity_events import HELPERS, KINDS, OURS, READERS, TEXT_MAKERS, is_boring, kind_of_open

#: Begins a line about a run's first answer.
FIRST = "first "


class Watch:
    """One target and what was seen of it."""

    def __init__(self, target):
        self.others = set()
        self.tools = {}
        self.aim(target)
        self.kinds = set()
        self.pending = []
        self.descriptor = None
        self.told = 0
        self.is_there = False

    def aim(self, target):
        """At the candidate, where its length is not the stub's that was booted with."""
        self.file = target["file"]
        self.name = target["name"]
        self.first = target["line"]
        self.last = target["line"] + target["source"].count("\n")
        self.codes = {}

    def tell(self, kind):
        """Tells a kind of event, once."""
        if kind not in self.kinds and len(self.kinds) < KINDS:
            self.kinds.add(kind)
            if self.descriptor is None:
                self.pending.append(kind)
            else:
                self.send(kind)

    def send(self, word):
        self.told += 1
        write(self.descriptor, ("%s\n" % word).encode("ascii", "replace"))

    def connect(self, descriptor):
        """From now on events go through this pipe, those first that came before."""
        self.descriptor = descriptor
        for kind in self.pending:
            self.send(kind)

    def tell_first(self, kind):
        """What the target's first answer of this run is."""
        self.send("%s%d" % (FIRST, hash(kind)))

    def close(self):
        self.send("end %d" % (self.told + 1))

    def owns(self, code):
        """Whether code is the target's, or was made by it from text."""
        known = self.codes.get(code)
        if known is None:
            first = code.co_firstlineno
            is_inside = self.first <= first <= self.last
            # Where a function has decorators, its code begins with the first of them.
            is_decorated = code.co_name == self.name and 0 < self.first - first <= DECORATOR_LINES
            is_here = code.co_filename == self.file and (is_inside or is_decorated)
            known = self.codes[code] = is_here or code.co_filename in self.others
        return known

    def guard(self, files):
        """Files of tests: what code of theirs asks for is no matter of the target's."""
        self.tools.update(dict.fromkeys(files, True))

    def is_tool(self, file):
        known = self.tools.get(file)
        if known is None:
            known = self.tools[file] = any(part in file for part in GUARDED)
        return known

    def is_behind(self, frame):
        """Whether the target asks, itself or through what it called; an import runs for everybody."""
        depth = 0
        while frame is not None and depth < HELPERS:
            code = frame.f_code
            if self.owns(code):
                return True
            if code.co_name == "<module>" or self.is_tool(code.co_filename):
                return False
            frame, depth = frame.f_back, depth + 1
        return False


def tables_of():
    """For each event, how it is looked at."""
    direct = {"sys._getframe": see_frames, **dict.fromkeys(DIRECT, see_direct)}
    return {**direct, **dict.fromkeys(BELOW, see_below), **dict.fromkeys(ANYWHERE, see_anywhere)}


def install(watch):
    """Listens from now on; cannot be undone."""
    busy = set()
    tables, getframe = tables_of(), sys._getframe

    def hook(event, args):
        table = tables.get(event)
        if table is None:
            return
        if not watch.is_there:
            # Until the target's module is run, none of it can be on the stack.
            watch.is_there = event == "exec" and args[0].co_filename == watch.file
            return
        thread = get_ident()
        if thread in busy or is_boring(event, args):
            return
        busy.add(thread)
        try:
            table(watch, event, args, getframe(1))
        finally:
            busy.discard(thread)

    sys.addaudithook(hook)


def see_anywhere(watch, event, args, frame):
    if frame.f_code.co_filename not in OURS:
        watch.tell(ANYWHERE[event])


def see_frames(watch, event, args, frame):
    """A frame of the stack was asked for, by the target or by what hands frames on to it."""
    depth, helper = 0, None
    while frame is not None and depth < HELPERS:
        code = frame.f_code
        if code.co_filename in OURS:
            return
        if watch.owns(code):
            if depth == 0 or helper.endswith(READERS) or (depth == 1 and not helper.endswith(CLASS_MAKERS)):
                watch.tell("frames")
            return
        helper, frame, depth = code.co_filename, frame.f_back, depth + 1


def see_direct(watch, event, args, frame):
    """The last frame is the target's, or the one that called it is."""
    if event == "object.__setattr__" and args[1] in FUNCTION_PARTS:
        see_below(watch, event, args, frame)
        return
    code = frame.f_code
    is_own = watch.owns(code)
    if is_own and event in ("exec", "compile"):
        watch.others.add(args[1] if event == "compile" else args[0].co_filename)
        watch.codes.clear()
    if not is_own:
        may_count = not code.co_filename.startswith("<frozen") and code.co_filename not in OURS
        if not may_count or frame.f_back is None or not watch.owns(frame.f_back.f_code):
            return
    kind = kind_direct(watch, event, args, None if is_own else code.co_filename)
    if kind is not None:
        watch.tell(kind)


def see_below(watch, event, args, frame):
    """A frame of the target is somewhere on the stack."""
    depth, entry = 0, None
    while frame is not None and depth < DEPTH:
        code = frame.f_code
        if watch.owns(code):
            kind = kind_below(watch, event, args, entry)
            if kind is not None:
                watch.tell(kind)
            return
        if event == "open" and code.co_name == "_find_and_load":
            return
        entry, frame, depth = code, frame.f_back, depth + 1


def is_guarded(watch, function):
    """Functions of tests, of the test framework, and the target itself: their insides tell what is expected."""
    file = getattr(getattr(function, "__code__", None), "co_filename", "")
    return file == watch.file or watch.is_tool(file)


def kind_direct(watch, event, args, helper):
    """`helper` is the file of the function between the target and the event, if there is one."""
    kind = DIRECT[event]
    if kind != "internals":
        return kind if helper is None else None
    if args[1] in FUNCTION_PARTS:
        return kind if (helper is None or helper.endswith(READERS)) and is_guarded(watch, args[0]) else None
    # A traceback ends at the frame that catches it: texts of one show nothing of the test.
    return kind if helper is None or not helper.endswith(TEXT_MAKERS) else None


def kind_below(watch, event, args, entry):
    if event == "import":
        return "ctypes"
    if event == "object.__setattr__":
        is_class = entry is not None and entry.co_filename.endswith(CLASS_MAKERS)
        return None if is_class or watch.owns(getattr(args[0], "__code__", None)) else "internals"
    if event != "open":
        return BELOW[event]
    kind = kind_of_open(args)
    is_text = entry is not None and entry.co_filename.endswith(TEXT_MAKERS)
    return None if kind == "source" and is_text else kind
