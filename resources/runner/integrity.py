"""Runs the tests of a booted job twice: the honest run in a fork, and after one that passes, a sabotaged one, here.

The frame, with what the honest run said, is sent before any test has run in this process, and its pipe is closed then.
What is told afterwards, through another pipe, can only speak against a pass: a candidate that makes tests pass without
being right makes the sabotaged run pass, too.
"""

import json.decoder
import json.encoder
import json.scanner
import sys
from os import WNOHANG, WTERMSIG, WEXITSTATUS, WIFSIGNALED, _exit, close, dup2, getpid, kill, pipe, read, set_blocking
from os import urandom, waitpid, write
from select import select
from signal import SIG_DFL, SIGKILL, signal

import hiding
import integrity_class
import integrity_find
import integrity_gate
import integrity_harness
import integrity_ready
import integrity_tools
from integrity_statuses import is_worse, passes, read_events, statuses
from system_calls import fork, one_way

# Our own view of the built-in functions, and C code only: a target that runs at import cannot reach these.
__builtins__ = dict(__builtins__)
scan = json.scanner.make_scanner(json.decoder.JSONDecoder())
escape = json.encoder.encode_basestring_ascii
make_encoder = json.encoder.c_make_encoder
EXIT_CODE = 86
BROKEN_CODE = 70
NOTICED_CODE = 71
SURVIVED = b"survived\n"
RESULT_BYTES = 8 << 20
WATCHES = {}


def prepare(job, ends=None):
    """Listens to the target from before its module is imported; it cannot find the runner among the modules."""
    hiding.hide_runner()
    if not WATCHES:
        WATCHES["only"] = integrity_ready.listen(job["integrity"])
    if ends is not None:
        # A target that is called at boot could forge all that is told later.
        WATCHES["only"].connect(ends.told)


def remember(modules):
    """The framework as it is before anything of the repository is run: the target may be called at boot."""
    WATCHES["early"] = integrity_harness.early(modules)


def get_ready(booted, job):
    """What does not depend on the candidate; in a zygote, once for all its items."""
    prepare(job)
    target = job["integrity"]
    integrity_find.import_module_of(target, job["sourceRoot"], job["importPaths"])
    booted.ready = integrity_ready.Ready(booted, WATCHES["only"], WATCHES.get("early", {}))


def examine(booted, job, ends, run_tests):
    """Sends the frame and ends the process; as the honest run ended if that said nothing."""
    target = job["integrity"]
    if booted.ready is None:
        get_ready(booted, job)
    watch = booted.ready.watch
    watch.aim(target)
    watch.is_there = True
    gate, has_gate = put_gate(target, booted.ready)
    watch.begin()
    events_read, events_write = one_way()
    set_blocking(events_read, False)
    watch.connect(events_write)
    run = Run(booted, run_tests, gate)
    honest = run.honest((*ends, events_read))
    form = target["form"] if has_gate and passes(honest) else None
    frame = {"nonce": job["nonce"], "tests": honest["tests"], "memoryError": honest.get("memoryError")}
    frame["integrity"] = {"canaries": honest.get("canaries"), "form": form, **read_events(events_read)}
    send(encode(frame), ends.frame)
    if form is not None:
        await_go(ends)
        close(events_read)
        dup2(ends.told, events_write)
        close(ends.told)
        watch.connect(events_write)
        gate.look_around(target)
        run.sabotaged(form, honest, events_write)
    _exit(EXIT_CODE)


def put_gate(target, ready):
    """The gate, and whether it stands anywhere."""
    watch = ready.watch
    gate = integrity_class.ClassGate(watch) if watch.is_class else integrity_gate.Gate(target["name"])
    gate.report, gate.tell_first = watch.tell, watch.tell_first
    gate.odd_comparisons, gate.odd_error = ready.comparisons.odd, ready.comparisons.odd_error
    gate.is_behind = watch.is_behind
    watch.is_running = lambda: bool(gate.running)
    if not watch.is_class:
        return gate, integrity_gate.put_gate(target, gate)
    for kind in ready.comparisons.odd(integrity_class.held_by_class(target), 0):
        watch.tell(kind)
    return gate, integrity_class.put_gates(target, gate)


def await_go(ends):
    """Until the supervisor has the whole frame, and all that the honest run printed."""
    close(ends.frame)
    if not read(ends.go, 1):
        _exit(BROKEN_CODE)
    close(ends.go)


class Run:
    """The tests of a booted process, up to the gate's answer in the same steps whichever run it is."""

    def __init__(self, booted, run_tests, gate):
        self.booted = booted
        self.run_tests = run_tests
        self.gate = gate

    def honest(self, private):
        """What a fork said of its tests; `private` are the descriptors that it may not have."""
        token = urandom(16).hex()
        result_read, result_write = pipe()
        child = fork()
        if child == 0:
            try:
                for descriptor in (result_read, *private):
                    close(descriptor)
                self.work_honestly(token, result_write)
            finally:
                _exit(BROKEN_CODE)
        close(result_write)
        data, status = collect(child, result_read)
        result = read_result(data, token) if status == EXIT_CODE << 8 else None
        if result is None:
            end_as(status)
        return result

    def work_honestly(self, token, descriptor):
        booted, harness = self.booted, self.booted.ready.harness
        recorder = self.work(None, lambda event, test: harness.look() if event == "stop" else None)
        answer = {"token": token, "tests": recorder.results(), "memoryError": recorder.memory_error}
        self.gate.ask_again()
        answer["canaries"] = integrity_tools.singing(booted.ready.tools, type(recorder)(()))
        harness.look()
        booted.ready.watch.close()
        sys.stdout.flush()
        sys.stderr.flush()
        send(encode(answer), descriptor)
        _exit(EXIT_CODE)

    def sabotaged(self, form, honest, descriptor):
        """The first test that notices is enough; says so where none does."""
        expected, found = statuses(honest), self.booted.recorder.found
        self.booted.ready.harness.children = integrity_harness.children()
        self.booted.ready.watch.is_sabotaged = True

        def hear(event, test):
            if event == "stop" or (event == "record" and is_worse(found[test]["status"], expected.get(test))):
                self.booted.ready.harness.look()
                if found[test]["status"] not in (None, expected.get(test)):
                    # Before the text of its failure is written, which takes longer than a test.
                    _exit(NOTICED_CODE)

        recorder = self.work(form, hear)
        if statuses({"tests": recorder.results()}) == expected:
            send(SURVIVED, descriptor)

    def work(self, form, hear):
        self.gate.form = form
        self.gate.look = self.booted.ready.harness.look
        self.booted.recorder.listeners.append(hear)
        return self.run_tests(self.booted)


def collect(child, result_read):
    """All that comes through a fork's pipe until it ends, and how it ended."""
    data, status = bytearray(), None
    while status is None:
        # A process of the fork's may hold the pipe open when the fork is gone.
        part = read(result_read, 65536) if select([result_read], [], [], 0.005)[0] else None
        if part and len(data) <= RESULT_BYTES:
            data += part
        pid, ended = waitpid(child, 0 if part == b"" else WNOHANG)
        status = ended if pid else None
    while select([result_read], [], [], 0)[0]:
        part = read(result_read, 65536)
        if not part:
            break
        data += part
    close(result_read)
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
