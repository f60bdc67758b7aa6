"""The untrusted half of the runner: runs exactly the given tests through the repository's adapter and reports once.

The candidate's code runs in this process and may do to it what it likes; nothing here is believed because it is
here. Python 3.8 and later, standard library only.
"""

import faulthandler
import gc
import importlib
import json
import os
import sys
import traceback
# By name: a module's functions are anybody's to replace, and these are called with the recorder's own values at hand.
from time import perf_counter

import hiding
import integrity
import kept_code
from integrity_statuses import is_worse

EXIT_CODE = 86
#: More than is kept in the end: the worker first takes out paths, which are longer in some places than in others.
MESSAGE_CHARACTERS = 6144


def run(job, ends):
    """Runs one job and ends the process with an uncommon exit code; the frame is the only evidence."""
    if job["kind"] == "run":
        finish(boot(job, ends), job, ends)
    recorder = prepare(())
    answer = {}
    try:
        adapter = None if job["kind"] in ("stub", "health") else load_adapter(job)
        answer = OTHER_JOBS[job["kind"]](adapter, job, recorder) or {}
    except BaseException as error:
        recorder.all_missing_failed(error)
    send_frame(recorder, job, ends, answer)


def boot(job, ends=None):
    """Everything up to the first test: imports, set-up, databases. What breaks is told by `finish`."""
    recorder = prepare(job["tests"])
    booted = Booted(recorder, job["tests"])
    try:
        if job.get("integrity") is not None:
            integrity.prepare(job, ends)
        with kept_code.Lent():
            adapter = load_adapter(job)
            booted.session = adapter.open_session(job["adapterOptions"], job["sourceRoot"], job["tests"], recorder)
    except BaseException as error:
        booted.error = error
    return booted


def finish(booted, job, ends):
    """Runs the tests of a booted job, reports and ends the process."""
    if booted.error is None and booted.tests != job["tests"]:
        booted.narrow(job["tests"])
    if job.get("integrity") is not None and booted.error is None:
        integrity.examine(booted, job, ends, run_tests)
    send_frame(run_tests(booted), job, ends, {})


def run_tests(booted):
    """The recorder with what the tests said."""
    recorder = booted.recorder
    try:
        if booted.error is not None:
            raise booted.error
        # What the boot made stays; looking through it again and again would cost every test.
        gc.freeze()
        gc.enable()
        booted.session.run()
    except BaseException as error:
        recorder.all_missing_failed(error)
    return recorder


class Booted:
    """A job whose tests come next, or the error that kept it from getting there."""

    def __init__(self, recorder, tests):
        self.recorder = recorder
        self.tests = tests
        self.session = None
        self.error = None
        #: What a zygote has set up of what watches over the tests.
        self.ready = None

    def narrow(self, tests):
        """To some of the tests that it was booted for, in this order."""
        self.recorder.expected = set(tests)
        self.recorder.found = {test: entry for test, entry in self.recorder.found.items() if test in tests}
        self.session.narrow(tests)


def prepare(tests):
    # Imports make no garbage worth looking for; it is looked for from the first test on.
    gc.disable()
    faulthandler.enable()
    return Recorder(tests)


def send_frame(recorder, job, ends, answer):
    sys.stdout.flush()
    sys.stderr.flush()
    frame = {"nonce": job["nonce"], "tests": recorder.results(), "memoryError": recorder.memory_error, **answer}
    data = json.dumps(frame).encode("ascii") + b"\n"
    while data:
        data = data[os.write(ends.frame, data):]
    os._exit(EXIT_CODE)


def load_adapter(job):
    """Puts the source tree and its dependencies on the path; the tree wins over any installed copy."""
    source = job["sourceRoot"]
    os.environ.update(job["adapterOptions"].get("variables", {}))
    sys.path[:0] = [os.path.normpath(os.path.join(source, path)) for path in job["importPaths"]]
    sys.path.extend(job["sitePackages"])
    sys.dont_write_bytecode = True
    adapter = importlib.import_module("adapters." + job["adapter"])
    hiding.hide_runner()
    if job.get("integrity") is not None:
        integrity.remember(adapter.JUDGES)
    module = importlib.import_module(job["checkModule"])
    if not os.path.abspath(module.__file__ or "").startswith(source + os.sep):
        raise ImportError("%s was imported from %s, not from the source tree" % (job["checkModule"], module.__file__))
    return adapter


def list_tests(adapter, job, recorder):
    return {"list": adapter.list_tests(job["adapterOptions"], job["sourceRoot"], job["labels"])}


def record_coverage(adapter, job, recorder):
    import coverage_of_tests

    coverage_of_tests.record(adapter, job, recorder)


def list_modules(adapter, job, recorder):
    """All that a boot of these tests loads: names of modules, but the files of those that are the repository's."""
    adapter.open_session(job["adapterOptions"], job["sourceRoot"], job["tests"], recorder)
    source = job["sourceRoot"] + os.sep
    names = [
        name
        for name, module in list(sys.modules.items())
        if name != "__main__" and not str(getattr(module, "__file__", None) or "").startswith(source)
    ]
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    own = sorted({file for file in files if file.startswith(source) and file.endswith(".py")})
    return {"list": [name for name in names if not is_beside(name, source)] + own}


def is_beside(name, source):
    """A namespace package has no file; one that the repository's folders make is the repository's."""
    return any(str(path).startswith(source) for path in getattr(sys.modules[name], "__path__", ()))


def make_stub(adapter, job, recorder):
    import stubs

    with open(job["path"], encoding="utf-8", newline="") as file:
        source = file.read()
    try:
        return {"stub": stubs.make(source, job["name"])}
    except Exception as error:
        return {"refused": str(error) if isinstance(error, stubs.NoStub) else "no_stub"}


def check_health(adapter, job, recorder):
    import health

    health.check(recorder)


OTHER_JOBS = {
    "list": list_tests,
    "coverage": record_coverage,
    "modules": list_modules,
    "stub": make_stub,
    "health": check_health,
}


class Recorder:
    """What the adapter saw: each expected test's worst status, once."""

    def __init__(self, tests):
        self.expected = set(tests)
        self.found = {}
        self.memory_error = False
        self.listeners = []

    def begin(self):
        """Set-up is done, the first test or its class comes next."""
        for listener in self.listeners:
            listener("begin", "")

    def start(self, test):
        self.found.setdefault(test, {"began": perf_counter(), "seconds": 0.0, "status": None, "message": ""})
        for listener in self.listeners:
            listener("start", test)

    def stop(self, test):
        entry = self.found[test]
        entry["seconds"] = perf_counter() - entry["began"]
        for listener in self.listeners:
            listener("stop", test)

    def record(self, test, status, message="", error=None):
        """Called any number of times for a test, in any order. A message that takes time to write may be a function."""
        if isinstance(error, MemoryError):
            self.memory_error = True
        entry = self.found.setdefault(test, {"began": 0.0, "seconds": 0.0, "status": None, "message": ""})
        if entry["status"] is None or is_worse(status, entry["status"]):
            entry["status"] = status
            for listener in self.listeners:
                listener("record", test)
            entry["message"] = cut(message() if callable(message) else message)

    def record_class(self, prefix, status, message, error=None):
        """A set-up or tear-down of a class or module: counts for each of its tests."""
        for test in self.expected:
            if test.startswith(prefix + "."):
                self.record(test, status, message, error)

    def all_missing_failed(self, error):
        """The run itself broke: every test without a status has the error."""
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        print(cut(text), file=sys.stderr)
        for test in self.expected:
            if self.found.get(test, {}).get("status") is None:
                self.record(test, "error", text, error)

    def results(self):
        return [
            {"id": test, "status": entry["status"], "seconds": round(entry["seconds"], 6), "message": entry["message"]}
            for test, entry in self.found.items()
            if entry["status"] is not None
        ]


def cut(text):
    """The end of a traceback says most."""
    text = str(text)
    return text if len(text) <= MESSAGE_CHARACTERS else "…" + text[1 - MESSAGE_CHARACTERS:]
