"""Runs the tests of a booted job in forks of it: the honest run, and for one that passes, a sabotaged one.

The process that forks never runs a test. It alone holds the frame's pipe; what a fork says about its tests, both runs
can say alike, and a candidate that makes tests pass without being right makes the sabotaged run pass, too.
"""

import json.decoder
import json.encoder
import json.scanner
import os
import sys
from os import WNOHANG, WTERMSIG, WEXITSTATUS, WIFSIGNALED, _exit, close, getpid, kill, pipe, read, set_blocking
from os import urandom, waitpid, write
from select import select
from signal import SIG_DFL, SIGKILL, signal
from time import monotonic

import hiding
import integrity_find
import integrity_gate
import integrity_ready
import integrity_tools
from integrity_statuses import is_worse, passes, read_events, statuses
from system_calls import fork

# Our own view of the built-in functions, and C code only: a target that runs at import cannot reach these.
__builtins__ = dict(__builtins__)
scan = json.scanner.make_scanner(json.decoder.JSONDecoder())
escape = json.encoder.encode_basestring_ascii
make_encoder = json.encoder.c_make_encoder
EXIT_CODE = 86
BROKEN_CODE = 70
NOTICED_CODE = 71
RESULT_BYTES = 8 << 20
GRACE_SECONDS = 2.0
GRACE_FACTOR = 3
#: A sabotaged run must end so long before the supervisor's clock does.
SPARE_SECONDS = 0.5
FORMS = ("empty", "raise")
WATCHES = {}


def prepare(job):
    """Listens to the target from before its module is imported; it cannot find the runner among the modules."""
    hiding.hide_runner()
    if not WATCHES:
        WATCHES["only"] = integrity_ready.listen(job["integrity"])


def get_ready(booted, job):
    """What does not depend on the candidate; in a zygote, once for all its items."""
    prepare(job)
    target = job["integrity"]
    integrity_find.import_module_of(target, job["sourceRoot"], job["importPaths"])
    booted.ready = integrity_ready.Ready(booted, WATCHES["only"])


def examine(booted, job, frame_descriptor, run_tests):
    """The frame without its nonce. Ends the process as the honest run ended if that said nothing."""
    target = job["integrity"]
    if booted.ready is None:
        get_ready(booted, job)
    watch = booted.ready.watch
    watch.aim(target)
    watch.is_there = True
    gate = integrity_gate.Gate(target["name"])
    gate.report, gate.tell_first = watch.tell, watch.tell_first
    gate.odd_comparisons = booted.ready.comparisons.odd
    has_gate = integrity_gate.put_gate(target, gate)
    events_read, events_write = pipe()
    set_blocking(events_read, False)
    watch.connect(events_write)
    runs = Runs(booted, run_tests, Parts(gate, booted.ready, (frame_descriptor, events_read)))
    honest = runs.run(None, None)
    if honest.result is None:
        end_as(honest.status)
    sabotage = runs.sabotage(honest, target["wallSeconds"]) if has_gate and passes(honest.result) else {}
    frame = {key: honest.result.get(key) for key in ("tests", "memoryError")}
    canaries = honest.result.get("canaries")
    frame["integrity"] = {"sabotage": sabotage, "canaries": canaries, "events": read_events(events_read, sabotage)}
    return frame


class Parts:
    """What all runs of a job share; `private` are the descriptors that no fork may have."""

    def __init__(self, gate, ready, private):
        self.gate = gate
        self.watch, self.harness = ready.watch, ready.harness
        self.private = private


class Ran:
    """How a fork ended: its result, or none."""

    def __init__(self, result, status, seconds):
        self.result = result
        self.status = status
        self.seconds = seconds


class Runs:
    """Forks of one booted process."""

    def __init__(self, booted, run_tests, parts):
        self.booted = booted
        self.run_tests = run_tests
        self.parts = parts

    def sabotage(self, honest, wall_seconds):
        """Per form whether the tests survived it; the second form only where they survived the first."""
        found = {}
        for form in FORMS:
            wanted = GRACE_SECONDS + GRACE_FACTOR * honest.seconds
            limit = min(wanted, self.booted.started + wall_seconds - SPARE_SECONDS - monotonic())
            ran = self.run(form, limit, statuses(honest.result))
            if ran.result is not None and statuses(ran.result) == statuses(honest.result):
                found[form] = "survived"
                continue
            found[form] = "unfinished" if limit < wanted and ran.seconds >= limit else "failed"
            break
        return found

    def run(self, form, limit, expected=None):
        """Forks, runs the tests, and reads what the fork says until it is gone."""
        token = urandom(16).hex()
        result_read, result_write = pipe()
        output_read, output_write = pipe() if form else (None, None)
        started = monotonic()
        child = fork()
        if child == 0:
            try:
                for descriptor in (result_read, output_read, *self.parts.private):
                    if descriptor is not None:
                        close(descriptor)
                if form:
                    os.dup2(output_write, 1)
                    os.dup2(output_write, 2)
                    close(output_write)
                self.work(form, (token, result_write), expected)
            finally:
                _exit(BROKEN_CODE)
        close(result_write)
        if form:
            close(output_write)
        data, status = collect(child, result_read, output_read, limit)
        return Ran(read_result(data, token) if status == EXIT_CODE << 8 else None, status, monotonic() - started)

    def work(self, form, answer_to, expected):
        """In the fork: the same steps for both runs up to the gate's answer; the first test that notices is enough."""
        booted, gate, watch = self.booted, self.parts.gate, self.parts.watch
        gate.form = form
        harness = self.parts.harness
        gate.look = harness.look
        found = booted.recorder.found

        def hear(event, test):
            if event == "stop" or (event == "record" and form and is_worse(found[test]["status"], expected.get(test))):
                harness.look()
                if form and found[test]["status"] not in (None, expected.get(test)):
                    # Before the text of its failure is written, which takes longer than a test.
                    _exit(NOTICED_CODE)

        booted.recorder.listeners.append(hear)
        recorder = self.run_tests(booted)
        token, descriptor = answer_to
        answer = {"token": token, "tests": recorder.results(), "memoryError": recorder.memory_error}
        if form is None:
            answer["canaries"] = integrity_tools.singing(booted.ready.tools, type(recorder)(()))
        harness.look()
        watch.close()
        sys.stdout.flush()
        sys.stderr.flush()
        send(encode(answer), descriptor)
        _exit(EXIT_CODE)


def collect(child, result_read, output_read, limit):
    """All that comes through a fork's pipes until it ends; one that is late is killed."""
    deadline = None if limit is None else monotonic() + limit
    pipes = [one for one in (result_read, output_read) if one is not None]
    data, status = bytearray(), None
    while status is None or result_read in pipes:
        ready = select(pipes, [], [], 0.005 if status is None and result_read in pipes else 0)[0] if pipes else []
        if not ready and status is not None:
            break
        for descriptor in ready:
            part = read(descriptor, 65536)
            if not part:
                pipes.remove(descriptor)
            elif descriptor == result_read and len(data) <= RESULT_BYTES:
                data += part
        if status is None:
            pid, ended = waitpid(child, 0 if result_read not in pipes else WNOHANG)
            status = ended if pid else None
        if deadline is not None and monotonic() > deadline and status is None:
            kill(child, SIGKILL)
            deadline = None
    for descriptor in (result_read, output_read):
        if descriptor is not None:
            close(descriptor)
    return bytes(data), status


def read_result(data, token):
    """What the fork said, if it is one line of ours."""
    if not data.endswith(b"\n"):
        return None
    try:
        result, end = scan(data.decode("ascii"), 0)
    except Exception:
        return None
    is_ours = type(result) is dict and result.get("token") == token and end == len(data) - 1
    return result if is_ours and "tests" in result else None


def end_as(status):
    """Ends this process as its fork ended, so that its end is judged as if it had run the tests."""
    if WIFSIGNALED(status):
        number = WTERMSIG(status)
        if number != SIGKILL:
            signal(number, SIG_DFL)
        kill(getpid(), number)
    _exit(WEXITSTATUS(status))


def encode(value):
    encoder = make_encoder(None, str, escape, None, ":", ",", False, False, False)
    return "".join(encoder(value, 0)).encode("ascii") + b"\n"


def send(data, descriptor):
    while data:
        data = data[write(descriptor, data):]
