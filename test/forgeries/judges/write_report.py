"""Runs tests of Django's suite and writes a JUnit file about them, as a plug-in of a test runner would."""

import importlib.util
import os
import sys
import unittest
from xml.sax.saxutils import quoteattr


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed = []

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed.append(test)


def main():
    path, source, *tests = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "test_sqlite"
    sys.path[:0] = [source, os.path.join(source, "tests")]
    specification = importlib.util.spec_from_file_location("runtests", os.path.join(source, "tests", "runtests.py"))
    suite = importlib.util.module_from_spec(specification)
    sys.modules["runtests"] = suite
    specification.loader.exec_module(suite)
    suite.setup_run_tests(0, None, None, sorted({test.split(".")[0] for test in tests}))
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    cases = unittest.defaultTestLoader.loadTestsFromNames(tests)
    result = Result()
    cases.run(result)
    write(path, result)


def write(path, result):
    bad = [*result.failures, *result.errors]
    entries = ["<testcase%s/>" % names(test) for test in result.passed]
    entries += ["<testcase%s><failure/></testcase>" % names(test) for test, _ in bad]
    entries += ["<testcase%s><skipped/></testcase>" % names(test) for test, _ in result.skipped]
    head = '<testsuite tests="%d" failures="%d" errors="0">' % (result.testsRun, len(bad))
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + "".join(entries) + "</testsuite>")


def names(test):
    group, _, name = test.id().rpartition(".")
    return " classname=%s name=%s" % (quoteattr(group), quoteattr(name))


main()
