"""Runs tests of pytest by their node ids, through a plugin in this process; writes nothing, prints nothing.

The repository's own configuration counts, its `addopts` aside: they ask for reports, plugins and parallel runs.
"""

import contextlib
import gc
import os
import sys

import pytest

from integrity_of_pytest import PytestTools
from integrity_tools import Tools

FIXED_ARGUMENTS = (
    "-o", "addopts=",
    "-p", "no:cacheprovider",
    # candidate.py has switched it on.
    "-p", "no:faulthandler",
    # What these two say depends on when garbage is collected.
    "-p", "no:unraisableexception",
    "-p", "no:threadexception",
    # A file for the output would be shared by all forks of this process.
    "--capture=sys",
    "--tb=short",
    "--color=no",
    "-W", "ignore::pytest.PytestConfigWarning",
)

JUDGES = PytestTools.early


def open_session(options, source_root, tests, recorder):
    """Collects what these ids need; the answer's `run` runs exactly them and tells the recorder about each."""
    wanted = list(dict.fromkeys(tests))
    files = [name for name in dict.fromkeys(test.partition("::")[0] for test in wanted) if is_file(source_root, name)]
    telling = Telling(recorder)
    items = collect(options, source_root, files, [Selection(recorder, wanted), telling]) if files else []
    missing = set(wanted) - {item.nodeid for item in items} - set(recorder.found)
    for test in missing:
        recorder.record(test, "error", "There is no test %s." % test)
    return Session(items, telling)


class Session:
    """Tests that come next, in the order in which they were given."""

    def __init__(self, items, telling):
        self.items = items
        self.telling = telling

    def tools(self):
        return PytestTools(self.items, self.telling) if self.items else Tools()

    def narrow(self, tests):
        by_id = {item.nodeid: item for item in self.items}
        self.items = [by_id[test] for test in tests if test in by_id]

    def run(self):
        self.telling.recorder.begin()
        for item, following in zip(self.items, [*self.items[1:], None]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def list_tests(options, source_root, labels):
    """Node ids of all tests under the labels: a folder, a file, or the beginning of an id."""
    items = collect(options, source_root, labels, [Listing()])
    return list(dict.fromkeys(item.nodeid for item in items))


def run_labels(options, source_root, labels, recorder):
    """Runs all tests under the labels."""
    telling = Telling(recorder)
    items = collect(options, source_root, labels, [Listing(), telling])
    recorder.expected = {item.nodeid for item in items}
    gc.enable()
    Session(items, telling).run()


def collect(options, source_root, places, plugins):
    """The items under some files or labels. What pytest.main does up to here, without ending the session after it."""
    from _pytest.config import _prepareconfig

    os.chdir(source_root)
    arguments = [*FIXED_ARGUMENTS, "--rootdir=" + source_root, *options.get("arguments", []), *places]
    config = _prepareconfig(arguments, plugins)
    # The terminal's reporter keeps what is the output here; without a reporter, no assertion could be explained.
    with contextlib.redirect_stdout(open(os.devnull, "w")):
        config._do_configure()
    session = pytest.Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    config.hook.pytest_collection(session=session)
    return session.items


def is_file(source_root, name):
    return name != "" and os.path.isfile(os.path.join(source_root, name))


class Listing:
    """Tells what could not be collected."""

    def pytest_collectreport(self, report):
        if report.failed:
            print("%s is left out: %s" % (report.nodeid, report.longrepr), file=sys.stderr)


class Selection:
    """Keeps the wanted tests only; those whose file or class could not be collected are recorded."""

    def __init__(self, recorder, wanted):
        self.recorder = recorder
        self.wanted = wanted

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        there = {item.nodeid: item for item in items}
        items[:] = [there[test] for test in self.wanted if test in there]

    def pytest_collectreport(self, report):
        if report.passed:
            return
        status = "error" if report.failed else "skipped"
        for test in self.wanted:
            if is_under(test, report.nodeid):
                self.recorder.record(test, status, message_of(report))


class Telling:
    """Tells the recorder about each test."""

    def __init__(self, recorder):
        self.recorder = recorder

    def pytest_exception_interact(self, call):
        if isinstance(call.excinfo.value, MemoryError):
            self.recorder.memory_error = True

    def pytest_runtest_logstart(self, nodeid):
        self.recorder.start(nodeid)

    def pytest_runtest_logfinish(self, nodeid):
        self.recorder.stop(nodeid)

    def pytest_runtest_logreport(self, report):
        if report.passed and report.when != "call":
            return
        status = status_of(report)
        self.recorder.record(report.nodeid, status, "" if status == "passed" else message_of(report))


def is_under(test, place):
    return place in ("", ".") or test.startswith((place + "::", place + "/"))


def status_of(report):
    """A failure of a fixture is an error; one of the test is a failure, as pytest counts them."""
    expected = hasattr(report, "wasxfail")
    if report.passed:
        return "unexpected_success" if expected else "passed"
    if report.skipped:
        return "expected_failure" if expected else "skipped"
    if str(report.longrepr).startswith("[XPASS(strict)]"):
        return "unexpected_success"
    return "failed" if report.when == "call" else "error"


def message_of(report):
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    return str(report.longrepr or "")
