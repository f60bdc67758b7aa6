"""Runs tests that `unittest` itself loads, without text output. A test's id is `module.Class.method`."""

import gc
import importlib
import os
import sys
import unittest

from integrity_of_unittest import UnittestTools
from unittest_cases import Result, find_cases, narrowed, resolve

JUDGES = UnittestTools.modules


def open_session(options, source_root, tests, recorder):
    """Imports everything that these ids need; the answer's `run` runs exactly them and tells the recorder about each."""
    os.chdir(source_root)
    return Session(find_cases(tests, recorder), recorder)


class Session:
    """Tests that come next, those of a class together: its set-up runs once."""

    def __init__(self, cases, recorder):
        self.recorder = recorder
        self.take(cases)

    def narrow(self, tests):
        self.take(narrowed(self.cases, tests))

    def take(self, cases):
        self.cases = cases
        classes = {}
        for case in cases:
            classes.setdefault(type(case), []).append(case)
        self.suite = unittest.TestSuite(case for members in classes.values() for case in members)

    def run(self):
        self.recorder.begin()
        self.suite.run(Result(self.recorder))

    def tools(self):
        return UnittestTools(self.cases, self.run_cases)

    def run_cases(self, cases, recorder):
        """Runs other cases the same way."""
        unittest.TestSuite(cases).run(Result(recorder))


def list_tests(options, source_root, labels):
    """Ids of all tests under the labels, those only that `resolve` finds again by their id."""
    os.chdir(source_root)
    found = []
    for case in cases_of(options, source_root, labels):
        if isinstance(case, unittest.loader._FailedTest):
            print("%s is left out: %s" % (case.id(), case._exception), file=sys.stderr)
        elif can_resolve(case.id()):
            found.append(case.id())
    return list(dict.fromkeys(found))


def run_labels(options, source_root, labels, recorder):
    """Runs all tests under the labels."""
    tests = list_tests(options, source_root, labels)
    recorder.expected = set(tests)
    session = open_session(options, source_root, tests, recorder)
    gc.enable()
    session.run()


def cases_of(options, source_root, labels):
    for label in labels:
        yield from flatten(load(label, source_root, options.get("pattern", "test*.py")))


def load(label, source_root, pattern):
    """A label is a folder of the source tree, or the dotted name of a package, module, class or test."""
    folder = folder_of(label, source_root)
    if folder is not None:
        return unittest.TestLoader().discover(folder, pattern, top_of(folder))
    return unittest.TestLoader().loadTestsFromName(label)


def folder_of(label, source_root):
    folder = os.path.join(source_root, label)
    if os.path.isdir(folder):
        return folder
    try:
        return list(importlib.import_module(label).__path__)[0]
    except (ImportError, AttributeError):
        return None


def top_of(folder):
    """Where the names of a folder's modules start: the first folder on the way up that is no package."""
    folder = os.path.normpath(folder)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder = os.path.dirname(folder)
    return folder


def flatten(suite):
    if not isinstance(suite, unittest.TestSuite):
        yield suite
        return
    for part in suite:
        yield from flatten(part)


def can_resolve(test):
    try:
        resolve(test)
    except Exception:
        return False
    return True
