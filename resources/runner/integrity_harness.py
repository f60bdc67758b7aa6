"""Whether what judges the tests is what it was: test classes, the test framework, the built-in functions."""

import builtins
import contextlib
import sys
import warnings
from _signal import getsignal, valid_signals
from _thread import _count as count_threads
from importlib import _bootstrap, _bootstrap_external
from os import P_ALL, WEXITED, WNOHANG, WNOWAIT, waitid
from resource import RUSAGE_CHILDREN, getrusage
from types import FunctionType, ModuleType

from integrity_kinds import kinds_of
from integrity_spaces import Insides, Shapes, Space, classes_named, library_of, owners_named
from integrity_tools import is_of

# Our own view of the built-in functions: what compares them must not be theirs to change.
__builtins__ = dict(__builtins__)
JUDGES = ("builtins", "candidate", "adapters", "importlib", "_frozen_importlib", "_frozen_importlib_external")
#: Those without the real-time ones.
SIGNALS = sorted(number for number in valid_signals() if number < 32)


class Harness:
    """What it was before the first test."""

    def __init__(self, tools, own, watch, early):
        """`early`: spaces that somebody has looked at before."""
        self.report = watch.tell
        self.changes = tools.changes
        self.own_changes = tools.own_changes
        judges = (*JUDGES, *tools.names)
        seen = spaces_of(seen_by_tests(tools, watch.file), lambda name: {"is_seen": True})
        found = spaces_of(namespaces(tools, own), lambda name: {"is_judge": is_of(name, judges)})
        used = spaces_of(library(tools), lambda name: {"is_seen": True})
        spaces = list({**used, **seen, **found, **early}.values())
        self.common = {key for space in spaces if space.is_judge for key in space.before}
        self.shapes, self.insides = Shapes(spaces), Insides([*seen.values(), *found.values()])
        self.spaces = [*spaces, *self.insides.spaces]
        for space in self.spaces:
            space.forget_changes()
        self.handlers = handlers()
        self.threads = count_threads()
        self.children = children()
        self.families = [(cls, len(kinds_of(cls))) for cls in tools.test_classes]
        self.tests = [(test, type(test)) for test in tools.tests]

    def look(self):
        """Tells what has changed since the last look."""
        if children() != self.children:
            self.report("processes")
        if count_threads() > self.threads:
            self.report("threads")
        if handlers() != self.handlers:
            self.report("signals")
        if any(len(kinds_of(cls)) > count for cls, count in self.families):
            self.report("changed:__subclasses__")
        if any(type(test) is not kind for test, kind in self.tests):
            self.report("changed:__class__")
        for name in (*self.changes(), *self.shapes.changed(), *self.insides.changed()):
            self.report("changed:" + name)
        for space in self.spaces:
            if space.may_have_changed():
                self.compare(space)

    def compare(self, space):
        now, before = dict(space.values), space.before
        for key in sorted({*now, *before}, key=str):
            if now.get(key) is not before.get(key) and space.is_worth_telling(key, now, self.common):
                name = "%s.%s" % (space.name, key)
                if name not in self.own_changes:
                    self.report("changed:" + name)
        if space.is_judge and space.is_as_before(now):
            self.report("restored:" + space.name)
        space.remember()


def early(modules):
    # Of `warnings`, more than this class is changed and put back by whoever listens to warnings.
    names = {module.__name__ for module in (builtins, contextlib, *modules)}
    found = dict(classes_named([warnings.catch_warnings]))
    for name, owner in owners_named((builtins, contextlib, *modules)):
        if name in names or name.rpartition(".")[0] in names:
            found[name] = owner
    return spaces_of(found.items(), lambda name: {"is_judge": True})


def spaces_of(owners, role):
    return {name: Space(name, owner, **role(name)) for name, owner in dict(owners).items()}


def namespaces(tools, own):
    """Names and owners: the framework's modules and classes, those of the tests and of what records them."""
    found = dict(owners_named((builtins, _bootstrap, _bootstrap_external, *tools.modules)))
    found.update((module.__name__, module) for module in tools.test_modules)
    found.update(owners_named([*own, *tools.test_classes]))
    return list(found.items())


def seen_by_tests(tools, file):
    """The target's module, and what the tests' modules have of the repository: a test may look at the target through it."""
    known = [module for module in list(sys.modules.values()) if getattr(module, "__file__", None) == file]
    values = [value for module in tools.test_modules for value in vars(module).values()]
    names = {value.__module__ for value in values if type(value) is FunctionType or isinstance(value, type)}
    package = {module.__name__.partition(".")[0] for module in known}
    known += [value for value in values if isinstance(value, ModuleType)]
    known += [sys.modules[name] for name in names if name in sys.modules]
    return owners_named([module for module in known if module.__name__.partition(".")[0] in package])


def library(tools):
    """What tests and their framework compare through: the rest of the framework, and parts of the standard library."""
    framework = [module for name, module in list(sys.modules.items()) if is_of(name, tools.names)]
    for owner in (*framework, *library_of(tools.test_modules)):
        if issubclass(type(owner), type):
            yield from classes_named(owner.__mro__)
            continue
        yield owner.__name__, owner
        own = [value for value in list(vars(owner).values()) if issubclass(type(value), type)]
        yield from classes_named(kind for kind in own if kind.__module__ == owner.__name__)


def children():
    """What those have used that were waited for, and whether there are others."""
    try:
        is_one_left = waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT) or True
    except ChildProcessError:
        is_one_left = False
    return getrusage(RUSAGE_CHILDREN).ru_minflt, bool(is_one_left)


def handlers():
    return [getsignal(number) for number in SIGNALS]
