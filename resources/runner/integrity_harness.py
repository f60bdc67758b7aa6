"""Whether what judges the tests is what it was: test classes, the test framework, the built-in functions."""

import builtins
import contextlib
import sys
import warnings
from _operator import is_ as is_same
from _signal import getsignal, valid_signals
from _thread import _count as count_threads
from importlib import _bootstrap, _bootstrap_external
from os import P_ALL, WEXITED, WNOHANG, WNOWAIT, waitid
from resource import RUSAGE_CHILDREN, getrusage
from types import FunctionType, ModuleType

import dict_versions
from integrity_answers import order_of
from integrity_tools import is_of

# Our own view of the built-in functions: what compares them must not be theirs to change.
__builtins__ = dict(__builtins__)
JUDGES = ("builtins", "candidate", "adapters", "importlib", "_frozen_importlib", "_frozen_importlib_external")
#: Those without the real-time ones.
SIGNALS = sorted(number for number in valid_signals() if number < 32)


class Harness:
    """The framework's namespaces as they were before the first test; compared by identity."""

    def __init__(self, tools, own, watch, early):
        """`early`: spaces that somebody has looked at before."""
        self.report = watch.tell
        self.changes = tools.changes
        judges = (*JUDGES, *tools.names)
        found = {name: Space(name, values, is_judge=is_of(name, judges)) for name, values in namespaces(tools, own)}
        seen = {name: Space(name, values, is_seen=True) for name, values in seen_by_tests(tools, watch.file)}
        self.spaces = list({**seen, **found, **early}.values())
        self.common = {key for space in self.spaces if space.is_judge for key in space.before}
        for space in self.spaces:
            space.forget_changes()
        self.handlers = handlers()
        self.threads = count_threads()
        self.children = children()
        self.orders = [(cls, cls.__mro__) for cls in tools.test_classes]

    def look(self):
        """Tells what has changed since the last look."""
        if children() != self.children:
            self.report("processes")
        if count_threads() > self.threads:
            self.report("threads")
        if handlers() != self.handlers:
            self.report("signals")
        if any(order_of(cls) is not order for cls, order in self.orders):
            self.report("changed:__bases__")
        for name in self.changes():
            self.report("changed:" + name)
        for space in self.spaces:
            if space.may_have_changed():
                self.compare(space)

    def compare(self, space):
        now, before = dict(space.values), space.before
        for key in sorted({*now, *before}, key=str):
            if now.get(key) is not before.get(key) and self.is_worth_telling(space, key, now):
                self.report("changed:%s.%s" % (space.name, key))
        if space.is_judge and space.is_as_before(now):
            self.report("restored:" + space.name)
        space.remember()

    def is_worth_telling(self, space, key, now):
        """In a class of tests only what was there, or what hides something of the framework, is of interest."""
        before = space.before
        if space.is_seen:
            return is_function(before.get(key))
        if not is_function(before.get(key)) and not is_function(now.get(key)):
            return False
        return key in before or space.is_judge or key in self.common


class Space:
    """A namespace as it was when it was looked at last."""

    def __init__(self, name, values, is_judge=False, is_seen=False):
        self.name = name
        self.values = values
        #: Of what judges tests; of the repository, and known to tests. Else it is the tests' own.
        self.is_judge = is_judge
        self.is_seen = is_seen
        self.place = dict_versions.place_of_version(values)
        self.remember()

    def may_have_changed(self):
        """Going through the values would write to each of them, and a fork pays for every page that it writes to."""
        if self.place is not None:
            return self.number() != self.number_before
        return not self.is_as_before(self.values)

    def is_as_before(self, values):
        before = self.before.values()
        return len(values) == len(before) and all(map(is_same, values.values(), before))

    def number(self):
        return None if self.place is None else dict_versions.version_at(self.place)

    def remember(self):
        self.before = dict(self.values)
        self.number_before = self.number()

    def forget_changes(self):
        """Those after which it is what it was."""
        if self.number() != self.number_before and self.is_as_before(self.values):
            self.number_before = self.number()


def early(modules):
    # Of `warnings`, more than this class is changed and put back by whoever listens to warnings.
    names = {module.__name__ for module in (builtins, contextlib, *modules)}
    found = dict(spaces_of_classes([warnings.catch_warnings]))
    for name, values in with_classes((builtins, contextlib, *modules)):
        if name in names or name.rpartition(".")[0] in names:
            found[name] = values
    return {name: Space(name, values, is_judge=True) for name, values in found.items()}


def namespaces(tools, own):
    """Names and dictionaries: the framework's modules and classes, those of the tests and of what records them."""
    found = dict(with_classes((builtins, _bootstrap, _bootstrap_external, *tools.modules)))
    found.update((module.__name__, vars(module)) for module in tools.test_modules)
    owners = [*own, *(part for cls in tools.test_classes for part in cls.__mro__)]
    found.update(spaces_of_classes(owners))
    return list(found.items())


def seen_by_tests(tools, file):
    """The target's module, and what the tests' modules have of the repository: a test may look at the target through it."""
    known = [module for module in list(sys.modules.values()) if getattr(module, "__file__", None) == file]
    values = [value for module in tools.test_modules for value in vars(module).values()]
    names = {value.__module__ for value in values if type(value) is FunctionType or isinstance(value, type)}
    package = {module.__name__.partition(".")[0] for module in known}
    known += [value for value in values if isinstance(value, ModuleType)]
    known += [sys.modules[name] for name in names if name in sys.modules]
    return with_classes([module for module in known if module.__name__.partition(".")[0] in package])


def with_classes(modules):
    """Those of the classes' bases, too."""
    for module in modules:
        yield module.__name__, vars(module)
        kinds = [value for value in list(vars(module).values()) if isinstance(value, type)]
        yield from spaces_of_classes(part for kind in kinds for part in kind.__mro__)


def spaces_of_classes(kinds):
    for kind in kinds:
        if kind.__module__ != "builtins":
            yield "%s.%s" % (kind.__module__, kind.__qualname__), vars(kind)


def is_function(value):
    return callable(value) or hasattr(type(value), "__get__")


def children():
    """What those have used that were waited for, and whether there are others."""
    try:
        is_one_left = waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT) or True
    except ChildProcessError:
        is_one_left = False
    return getrusage(RUSAGE_CHILDREN).ru_minflt, bool(is_one_left)


def handlers():
    return [getsignal(number) for number in SIGNALS]
