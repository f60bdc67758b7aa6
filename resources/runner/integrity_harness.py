"""Whether what judges the tests is what it was: test classes, the test framework, the built-in functions."""

import builtins
import unittest.case
import unittest.result
import unittest.suite
from _signal import getsignal, valid_signals
from _thread import _count as count_threads

FRAMEWORK = (unittest.case, unittest.result, unittest.suite)
#: Those without the real-time ones.
SIGNALS = sorted(number for number in valid_signals() if number < 32)


class Harness:
    """The framework's namespaces as they were before the first test; compared by identity."""

    def __init__(self, cases, own, report):
        self.report = report
        self.spaces = [(name, values, dict(values)) for name, values in namespaces(cases, own)]
        self.marks = [(values, identities(values)) for _, values, _ in self.spaces]
        self.handlers = handlers()
        self.threads = count_threads()
        self.has_changed = False

    def look(self):
        """Tells what has changed since; once is enough."""
        if self.has_changed:
            return
        if count_threads() > self.threads:
            self.tell("threads")
        if handlers() != self.handlers:
            self.tell("signals")
        for place, (values, mark) in enumerate(self.marks):
            if identities(values) != mark:
                self.compare(self.spaces[place])

    def compare(self, space):
        name, now, before = space
        for key in sorted({*now, *before}, key=str):
            if now.get(key) is not before.get(key) and (callable(before.get(key)) or callable(now.get(key))):
                self.tell("changed:%s.%s" % (name, key))

    def tell(self, kind):
        self.has_changed = True
        self.report(kind)


def namespaces(cases, own):
    """Names and dictionaries: the framework's modules and classes, those of the tests and of what records them."""
    found = {"builtins": vars(builtins)}
    owners = [*own, *(part for case in cases for part in type(case).__mro__ if part is not object)]
    for module in FRAMEWORK:
        found[module.__name__] = vars(module)
        owners += [value for value in vars(module).values() if isinstance(value, type)]
    for owner in owners:
        if owner.__module__ != "builtins":
            found["%s.%s" % (owner.__module__, owner.__qualname__)] = vars(owner)
    return list(found.items())


def identities(values):
    return tuple(map(id, values.values()))


def handlers():
    return [getsignal(number) for number in SIGNALS]
