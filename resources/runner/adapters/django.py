"""Runs tests of Django's own suite, set up as its tests/runtests.py does, without its text output and system checks."""

import gc
import importlib.util
import os
import sys
import unittest

from integrity_of_unittest import DjangoTools
from unittest_cases import Result, WithoutTexts, find_cases, narrowed, resolve

JUDGES = DjangoTools.modules


def open_session(options, source_root, tests, recorder):
    """Sets up everything that these ids need; the answer's `run` runs exactly them and tells the recorder about each."""
    if not tests:
        return Session(None, [], recorder)
    runner = set_up(options, source_root, tests)
    return Session(runner, find_cases(tests, recorder), recorder)


class Session:
    """Tests that come next, in Django's order (database tests first), with the databases that they use."""

    def __init__(self, runner, cases, recorder):
        self.runner = runner
        self.recorder = recorder
        self.take(cases)
        if cases:
            set_up_databases(runner, self.suite)

    def narrow(self, tests):
        self.take(narrowed(self.cases, tests))

    def take(self, cases):
        self.cases = cases
        self.suite = unittest.TestSuite()
        if cases:
            from django.test.runner import reorder_tests

            self.suite = unittest.TestSuite(reorder_tests(cases, self.runner.reorder_by))

    def run(self):
        self.recorder.begin()
        self.suite.run(Result(self.recorder))

    def tools(self):
        return DjangoTools(self.cases, self.run_cases)

    def run_cases(self, cases, recorder):
        """Runs other cases the same way; only their statuses matter."""
        unittest.TestSuite(cases).run(WithoutTexts(recorder))


def list_tests(options, source_root, labels):
    """Ids of all tests under the labels, those only that `run_tests` finds again by their id."""
    runner = set_up(options, source_root, labels)
    found = []
    for case in cases_of(runner, labels):
        try:
            resolve(case.id())
        except Exception:
            continue
        found.append(case.id())
    return list(dict.fromkeys(found))


def run_labels(options, source_root, labels, recorder):
    """Runs all tests under the labels."""
    runner = set_up(options, source_root, labels)
    cases = list(cases_of(runner, labels))
    recorder.expected = {case.id() for case in cases}
    session = Session(runner, cases, recorder)
    gc.enable()
    session.run()


def set_up(options, source_root, labels):
    """Configures Django with the apps that the labels need, by the functions of its own runtests.py."""
    os.environ["DJANGO_SETTINGS_MODULE"] = options["settings"]
    suite = load_suite(os.path.join(source_root, options["suite"]))
    suite.setup_run_tests(0, None, None, sorted({label.split(".")[0] for label in labels}))
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False, parallel=1)
    runner.setup_test_environment()
    return runner


def load_suite(path):
    specification = importlib.util.spec_from_file_location("runtests", path)
    suite = importlib.util.module_from_spec(specification)
    sys.modules["runtests"] = suite
    specification.loader.exec_module(suite)
    return suite


def cases_of(runner, labels):
    from django.test.runner import iter_test_cases

    for label in labels:
        yield from iter_test_cases(runner.load_tests_for_label(label, {}))


def set_up_databases(runner, suite):
    """Those databases only that the tests use."""
    databases = runner.get_databases(suite)
    serialized = {alias for alias, serialize in databases.items() if serialize}
    if databases:
        runner.setup_databases(aliases=databases, serialized_aliases=serialized)
