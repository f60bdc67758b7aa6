"""Runs tests of Django's own suite, set up as its tests/runtests.py does, without its text output and system checks."""

import gc
import importlib
import importlib.util
import os
import sys
import unittest


def open_session(options, source_root, tests, recorder):
    """Sets up everything that these ids need; the answer's `run` runs exactly them and tells the recorder about each."""
    if not tests:
        return Session(None, [], recorder)
    runner = set_up(options, source_root, tests)
    cases = []
    for test in dict.fromkeys(tests):
        try:
            cases.append(resolve(test))
        except unittest.SkipTest as skip:
            recorder.record(test, "skipped", str(skip))
        except Exception as error:
            recorder.record(test, "error", describe(error), error)
    return Session(runner, cases, recorder)


class Session:
    """Tests that come next, in Django's order (database tests first), with the databases that they use."""

    def __init__(self, runner, cases, recorder):
        self.recorder = recorder
        self.cases = cases
        self.judges = (Result,)
        self.suite = unittest.TestSuite()
        if cases:
            from django.test.runner import reorder_tests

            self.suite = unittest.TestSuite(reorder_tests(cases, runner.reorder_by))
            set_up_databases(runner, self.suite)

    def run(self):
        self.recorder.begin()
        self.suite.run(Result(self.recorder))

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
    import traceback

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
            message = self._exc_info_to_string(err, test)
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
