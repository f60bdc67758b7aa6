"""Runs SymPy's tests as its own runner `sympy.testing.runtests` does, one function at a time.

Not through pytest: SymPy's conftest.py then wants hypothesis, whose tests draw new examples each time. And from a
clean cache with the same random numbers each, where SymPy does so once a file: what a test says then does not depend
on which others ran before it. A test's id is `module.function`, such as `sympy.core.tests.test_expr.test_basic`.
"""

import gc
import importlib
import inspect
import os
import random
import sys
import traceback
from functools import partial

from integrity_of_sympy import make_tools

#: SymPy's own are a part of what is tested.
JUDGES = ()


def open_session(options, source_root, tests, recorder):
    """Imports the tests' modules; the answer's `run` runs exactly these and tells the recorder about each."""
    os.chdir(source_root)
    import sympy.testing.runtests

    functions = {}
    for test in dict.fromkeys(tests):
        module, _, name = test.rpartition(".")
        try:
            functions[test] = tests_of(importlib.import_module(module))[name]
        except Exception as error:
            recorder.record(test, "error", describe(error), error)
    return Session(functions, recorder)


class Session:
    """Tests that come next, in the order in which they were given."""

    def tools(self):
        return make_tools(self.functions, run_test)

    def __init__(self, functions, recorder):
        self.functions = functions
        self.recorder = recorder

    def narrow(self, tests):
        self.functions = {test: self.functions[test] for test in tests if test in self.functions}

    def run(self):
        self.recorder.begin()
        for test, function in self.functions.items():
            self.recorder.start(test)
            status, error = run_test(function)
            is_silent = error is None or status == "expected_failure"
            self.recorder.record(test, status, "" if is_silent else partial(describe, error), error)
            self.recorder.stop(test)


def list_tests(options, source_root, labels):
    """Ids of all tests under the labels: a package, a module, or a test."""
    os.chdir(source_root)
    found = []
    for module, only in modules_of(source_root, labels):
        try:
            names = tests_of(importlib.import_module(module))
        except Exception as error:
            print("%s is left out: %r" % (module, error), file=sys.stderr)
            continue
        found += ["%s.%s" % (module, name) for name in names if only in (None, name)]
    return list(dict.fromkeys(found))


def run_labels(options, source_root, labels, recorder):
    """Runs all tests under the labels."""
    tests = list_tests(options, source_root, labels)
    recorder.expected = set(tests)
    session = open_session(options, source_root, tests, recorder)
    gc.enable()
    session.run()


def modules_of(source_root, labels):
    """Test modules by name, each with the one test of it that is wanted, or None for all."""
    for label in labels:
        path = os.path.join(source_root, *label.split("."))
        if os.path.isdir(path):
            for folder, folders, files in os.walk(path):
                folders.sort()
                package = os.path.relpath(folder, source_root).replace(os.sep, ".")
                for name in sorted(files):
                    if package.endswith(".tests") and name.startswith("test_") and name.endswith(".py"):
                        yield "%s.%s" % (package, name[:-3]), None
        elif os.path.isfile(path + ".py"):
            yield label, None
        else:
            module, _, test = label.rpartition(".")
            yield module, test


def tests_of(module):
    """The module's own functions `test_…` by name, in the order of their lines; none when it says it is disabled."""
    if getattr(module, "disabled", False):
        return {}
    found = {
        name: function
        for name, function in vars(module).items()
        if name.startswith("test_")
        and inspect.isfunction(function)
        and inspect.getsourcefile(inspect.unwrap(function)) == module.__file__
        and not inspect.isgeneratorfunction(function)
    }
    return dict(sorted(found.items(), key=lambda entry: inspect.unwrap(entry[1]).__code__.co_firstlineno))


def run_test(function):
    """How a test ended, and with which exception."""
    from sympy.core.cache import clear_cache
    from sympy.core.random import seed
    from sympy.testing.pytest import Failed, Skipped, XFail, XPass
    from sympy.testing.runtests import raise_on_deprecated

    clear_cache()
    seed(0)
    random.seed(0)
    try:
        if getattr(function, "_slow", False):
            raise Skipped("Slow")
        with raise_on_deprecated():
            function()
    except Skipped as skip:
        return "skipped", skip
    except XFail as failure:
        return "expected_failure", failure
    except XPass as success:
        return "unexpected_success", success
    except (AssertionError, Failed) as failure:
        return "failed", failure
    except (Exception, SystemExit) as error:
        return "error", error
    return "passed", None


def describe(error):
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))
