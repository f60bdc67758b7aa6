"""One target, and what was seen of it: told at once, through a socket that nobody else can take a word out of."""

import sys
from os import _exit, fstat, write

from compiling import lines_of
from integrity_events import DECORATOR_LINES, FOLDER, DEPTH, GUARDED, KINDS
from integrity_imports import Imports
from integrity_types import back_of, code_of

BROKEN_CODE = 70
#: Begins a line about a run's first answer.
FIRST = "first "
#: Runs the tests.
RUNNER = FOLDER + "candidate.py"
#: So much is told of a name.
NAME = 40


class Watch:
    """One target and what was seen of it."""

    def __init__(self, target):
        #: Files that are named in code which the target made of texts, and in what was made aside of it.
        self.others = set()
        self.asides = set()
        #: What runs when nothing of the target can; some of it was made of a text, too. Held, so that each is itself.
        self.callers = codes_of_stack()
        self.imports = Imports()
        self.is_at_tests = self.is_sabotaged = False
        self.tools = {}
        #: Files of tests, and classes from which one comes to those of tests.
        self.tests = set()
        self.leads = set()
        self.roles = {}, None
        #: Whether a call of the target has not ended, as far as is known.
        self.is_running = lambda: False
        self.aim(target)
        self.kinds = set()
        self.pending = []
        self.descriptor = None
        self.told = 0
        self.is_there = False

    def aim(self, target):
        """At the candidate, where its length is not the stub's that was booted with."""
        self.target = target
        self.file = target["file"]
        self.name = target["name"]
        self.first = target["line"]
        self.last = target["line"] + len(lines_of(target["source"] + "\n")) - 1
        self.codes = {}
        #: A whole class: all functions in it are the target.
        self.is_class = target["source"].lstrip().startswith("class ")

    def begin(self):
        """The first test comes next: from now on, nothing is done aside of the target that it may not have asked for."""
        self.is_at_tests = True
        self.imports.remember()

    def hears_asides(self):
        """Where answers are spoilt, what is found out is of no use; and tests that fail are shown with all that is in them."""
        return self.is_at_tests and not self.is_sabotaged

    def tell(self, kind):
        """Tells a kind of event, once."""
        kind = kind if len(self.kinds) < KINDS else "and_more"
        if kind not in self.kinds:
            self.kinds.add(kind)
            if self.descriptor is None:
                self.pending.append(kind)
            else:
                self.send(kind)

    def send(self, word):
        self.told += 1
        if place_of_file(self.descriptor) != self.place:
            # Whoever puts something else in its place ends the run.
            _exit(BROKEN_CODE)
        write(self.descriptor, ("%s\n" % word).encode("ascii", "replace"))

    def connect(self, descriptor):
        """From now on events go through this socket, those first that came before."""
        self.descriptor, self.place, self.told = descriptor, place_of_file(descriptor), 0
        pending, self.pending = self.pending, []
        for kind in pending:
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
            known = self.codes[code] = is_here or self.is_text(code)
        return known

    def is_text(self, code):
        """Whether code was made of a text by the target, or by nobody who is known to."""
        is_text = code.co_filename in self.others or code.co_filename in self.asides
        return is_text and not any(code is caller for caller in self.callers)

    def is_aside(self, code):
        return self.is_text(code) and code.co_filename not in self.others

    def has_made(self, code):
        """Whether code is the target's, but not the target itself."""
        is_itself = code.co_name == self.name and code.co_firstlineno <= self.first and code.co_filename == self.file
        return not is_itself and self.owns(code)

    def guard(self, files):
        """Files of tests: what code of theirs asks for is no matter of the target's."""
        files = list(files)
        self.tests.update(files)
        self.tools.update(dict.fromkeys(files, True))

    def is_test(self, file):
        return "/tests/" in file or file in self.tests

    def is_tool(self, file):
        known = self.tools.get(file)
        if known is None:
            known = self.tools[file] = any(part in file for part in GUARDED)
        return known

    def is_on_stack(self, frame):
        """Whether a frame of the target is anywhere on the stack."""
        while frame is not None:
            if self.owns(code_of(frame)):
                return True
            frame = back_of(frame)
        return False

    def is_behind(self, frame):
        """Whether the target asks, itself or through what it called; an import runs for everybody."""
        depth = 0
        while frame is not None and depth < DEPTH:
            code = code_of(frame)
            if self.owns(code):
                return True
            if code.co_name == "<module>" or self.is_tool(code.co_filename):
                return False
            frame, depth = back_of(frame), depth + 1
        return False

    def is_below(self, frame):
        """As `is_behind`, but through the framework, too: it does for a target what it is asked for. Tests ask for themselves."""
        state = len(self.others), len(self.asides), self.first, self.last
        if self.roles[1] != state:
            self.roles = {}, state
        roles = self.roles[0]
        while frame is not None:
            code = code_of(frame)
            # By its number: what a code object equals takes long to find out. Held, so that it stays this one's.
            known = roles.get(id(code))
            if known is None:
                known = roles[id(code)] = self.role(code), code
            if known[0] is not None:
                return known[0]
            frame = back_of(frame)
        return False

    def asks(self, frame, name):
        """As `is_below`, for what the framework asks of itself so often that a look at each stack would take too long."""
        code = code_of(frame)
        is_its_own = self.is_tool(code.co_filename) and name in code.co_names
        return not (is_its_own and not self.is_running()) and self.is_below(frame)

    def role(self, code):
        """Whether a frame of this code answers the question, and how."""
        file = code.co_filename
        if file == RUNNER:
            # From here on down nobody is asked for; a text's code may have the same name there as the target's.
            return False
        if self.owns(code):
            return True
        return False if code.co_name == "<module>" or self.is_test(file) else None

    def who(self, frame):
        """Whose frame it is, in words that are the same in every run."""
        code = code_of(frame)
        if code.co_filename.startswith(FOLDER) or back_of(frame) is None:
            return "runner"
        if self.owns(code):
            return "target"
        return "%s:%s" % ("/".join(code.co_filename.split("/")[-2:]), code.co_name)

    def tell_read(self, kind, name, frame):
        """Tells of a look at something by its name, and who took it: the reference's own looks are no others'."""
        known = name if type(name) is str and name.isidentifier() else "?"
        self.tell("%s:%s by %s" % (kind, known[:NAME], self.who(frame)))


def codes_of_stack():
    frame, codes = sys._getframe(1), []
    while frame is not None:
        codes.append(code_of(frame))
        frame = back_of(frame)
    return codes


def place_of_file(descriptor):
    found = fstat(descriptor)
    return found.st_dev, found.st_ino
