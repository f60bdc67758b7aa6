"""Whether what judges the tests is what it was: test classes, the test framework, the built-in functions."""

import builtins
from _signal import getsignal, valid_signals
from _thread import _count as count_threads

import dict_versions
from integrity_tools import is_of

JUDGES = ("builtins", "candidate", "adapters")
#: Those without the real-time ones.
SIGNALS = sorted(number for number in valid_signals() if number < 32)


class Harness:
    """The framework's namespaces as they were before the first test; compared by identity."""

    def __init__(self, tools, own, report):
        self.report = report
        self.changes = tools.changes
        judges = (*JUDGES, *tools.names)
        self.spaces = [Space(name, values, not is_of(name, judges)) for name, values in namespaces(tools, own)]
        self.common = {key for space in self.spaces if not space.is_tests for key in space.before}
        self.handlers = handlers()
        self.threads = count_threads()

    def look(self):
        """Tells what has changed since the last look."""
        if count_threads() > self.threads:
            self.report("threads")
        if handlers() != self.handlers:
            self.report("signals")
        for name in self.changes():
            self.report("changed:" + name)
        for space in self.spaces:
            if space.may_have_changed():
                self.compare(space)

    def compare(self, space):
        """In a class of tests only what was there, or what hides something of the framework, is of interest."""
        now, before = dict(space.values), space.before
        for key in sorted({*now, *before}, key=str):
            is_changed = now.get(key) is not before.get(key)
            is_function = callable(before.get(key)) or callable(now.get(key))
            if is_changed and is_function and (key in before or not space.is_tests or key in self.common):
                self.report("changed:%s.%s" % (space.name, key))
        space.remember()


class Space:
    """A namespace as it was when it was looked at last."""

    def __init__(self, name, values, is_tests):
        self.name = name
        self.values = values
        self.is_tests = is_tests
        self.version = dict_versions.version_of(values)
        self.remember()

    def may_have_changed(self):
        """Going through the values would write to each of them, and a fork pays for every page that it writes to."""
        number = self.number()
        if number is not None and number == self.number_before:
            return False
        if identities(self.values) != self.mark:
            return True
        self.number_before = number
        return False

    def number(self):
        return None if self.version is None else self.version.value

    def remember(self):
        self.before = dict(self.values)
        self.mark = identities(self.values)
        self.number_before = self.number()


def namespaces(tools, own):
    """Names and dictionaries: the framework's modules and classes, those of the tests and of what records them."""
    found = {module.__name__: vars(module) for module in (builtins, *tools.modules, *tools.test_modules)}
    owners = [*own, *(part for cls in tools.test_classes for part in cls.__mro__ if part is not object)]
    for module in tools.modules:
        owners += [value for value in vars(module).values() if isinstance(value, type)]
    for owner in owners:
        if owner.__module__ != "builtins":
            found["%s.%s" % (owner.__module__, owner.__qualname__)] = vars(owner)
    return list(found.items())


def identities(values):
    return tuple(map(id, values.values()))


def handlers():
    return [getsignal(number) for number in SIGNALS]
