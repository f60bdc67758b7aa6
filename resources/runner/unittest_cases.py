"""What every adapter over `unittest` needs: test cases by their ids, and a result that tells the recorder."""

import importlib
import importlib.util
import sys
import traceback
import unittest
from functools import partial


def find_cases(tests, recorder):
    """The test cases with these ids; one that is not there, or whose module does not import, is recorded as it is."""
    cases = []
    for test in dict.fromkeys(tests):
        try:
            cases.append(resolve(test))
        except unittest.SkipTest as skip:
            recorder.record(test, "skipped", str(skip))
        except Exception as error:
            recorder.record(test, "error", describe(error), error)
    return cases


def narrowed(cases, tests):
    """Those with these ids, in the order of the ids."""
    by_id = {case.id(): case for case in cases}
    return [by_id[test] for test in tests if test in by_id]


def resolve(test):
    """The test case with this id; an error of the test's module comes out as it is."""
    module_name, class_parts, method = split(test)
    owner = importlib.import_module(module_name)
    for part in class_parts:
        owner = getattr(owner, part)
    return owner(method)


def split(test):
    """module, class parts, method: the module is the longest prefix that is one."""
    parts = test.split(".")
    end = 1
    while end < len(parts) - 2 and is_package(".".join(parts[:end])) and is_module(".".join(parts[: end + 1])):
        end += 1
    return ".".join(parts[:end]), parts[end:-1], parts[-1]


def is_module(name):
    return name in sys.modules or importlib.util.find_spec(name) is not None


def is_package(name):
    return hasattr(importlib.import_module(name), "__path__")


def describe(error):
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


class Result(unittest.TestResult):
    """Tells the recorder; keeps nothing, prints nothing."""

    def __init__(self, recorder):
        super().__init__()
        self.recorder = recorder

    def startTest(self, test):
        self.testsRun += 1
        self.recorder.start(test.id())

    def stopTest(self, test):
        self.recorder.stop(test.id())

    def addSuccess(self, test):
        self.record(test, "passed")

    def addFailure(self, test, err):
        self.record(test, "failed", err)

    def addError(self, test, err):
        self.record(test, "error", err)

    def addSkip(self, test, reason):
        self.record(test, "skipped", message=str(reason))

    def addExpectedFailure(self, test, err):
        self.record(test, "expected_failure", err)

    def addUnexpectedSuccess(self, test):
        self.record(test, "unexpected_success")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            message = "%s\n%s" % (subtest, self._exc_info_to_string(err, test))
            self.recorder.record(test.id(), "failed" if failed else "error", message, err[1])

    def addDuration(self, test, elapsed):
        pass

    def record(self, test, status, err=None, message=""):
        if err is not None:
            message = partial(self._exc_info_to_string, err, test)
        error = err[1] if err is not None else None
        if isinstance(test, unittest.suite._ErrorHolder):
            # "setUpClass (module.Class)", "setUpModule (module)"
            prefix = test.description.partition("(")[2].rstrip(")")
            self.recorder.record_class(prefix, status, message, error)
            return
        case = getattr(test, "test_case", test)
        self.recorder.record(case.id(), status, message, error)


class WithoutTexts(Result):
    """Writing a traceback takes longer than a test."""

    def _exc_info_to_string(self, err, test):
        return ""
