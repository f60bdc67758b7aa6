"""The trusted half of the runner: the only process in the sandbox that talks with the worker.

JSON lines on stdin and stdout, protocol 1. For each request it forks a child that gives up its rights and runs
candidate.py, watches it, kills everything in the process namespace, and only then passes on what came through the
private pipe, unread. It never looks at exit codes or text to decide how a test ended; the worker does not either.
"""

import json
import os
import resource
import select
import signal
import sys
import time

from supervisor_namespace import others, out_of_memory_kills, usage_of_others, used_inodes, worker_is_gone

PROTOCOL = 1
REQUEST_BYTES = 32 << 20
FRAME_BYTES = 8 << 20
TAIL_BYTES = 64 << 10
POLL_SECONDS = 0.05
KILL_SECONDS = 5.0


def main():
    """Answers requests until stdin ends."""
    if os.getuid() != 0:
        set_dumpable(0)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    say({"type": "ready"})
    while True:
        line = sys.stdin.buffer.readline(REQUEST_BYTES)
        if not line:
            return
        request = json.loads(line)
        if request.get("protocol") != PROTOCOL:
            say({"type": "refused", "reason": "protocol %r, expected %d" % (request.get("protocol"), PROTOCOL)})
            return
        say(Attempt(request, wake_read, wake_write).run())


def say(message):
    line = json.dumps({"protocol": PROTOCOL, **message}).encode("ascii") + b"\n"
    while line:
        line = line[os.write(1, line):]


class Attempt:
    """One candidate, from the fork to the last process killed."""

    def __init__(self, request, wake_read, wake_write):
        self.request = request
        self.limits = request["limits"]
        self.wake = (wake_read, wake_write)
        self.stopped = None
        self.output_bytes = 0
        self.tail = bytearray()
        self.frame = bytearray()
        self.peak_bytes = 0
        self.status = None
        self.usage = None
        self.kills_before = out_of_memory_kills()

    def run(self):
        frame_read, frame_write = os.pipe()
        output_read, output_write = os.pipe()
        self.started = time.monotonic()
        self.child = os.fork()
        if self.child == 0:
            self.become_candidate(frame_read, frame_write, output_read, output_write)
        os.close(frame_write)
        os.close(output_write)
        self.pipes = {frame_read: self.take_frame, output_read: self.take_output}
        for pipe in self.pipes:
            os.set_blocking(pipe, False)
        while self.status is None and self.stopped is None:
            self.watch()
        wall = time.monotonic() - self.started
        self.kill_everything()
        for pipe in list(self.pipes):
            os.close(pipe)
        return self.report(wall)

    def become_candidate(self, frame_read, frame_write, output_read, output_write):
        code = 70
        try:
            if os.getuid() != 0:
                set_dumpable(1)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            null = os.open(os.devnull, os.O_RDONLY)
            for source, target in ((null, 0), (output_write, 1), (output_write, 2)):
                os.dup2(source, target)
            for descriptor in (frame_read, output_read, output_write, null, *self.wake):
                os.close(descriptor)
            self.give_up_rights()
            sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
            import candidate

            candidate.run(self.request["job"], frame_write)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)

    def give_up_rights(self):
        limits = self.limits
        cpu = max(1, int(limits["cpuSeconds"] + 0.999))
        for name, soft, hard in (
            (resource.RLIMIT_CPU, cpu, cpu + 1),
            (resource.RLIMIT_DATA, limits["memoryBytes"], limits["memoryBytes"]),
            (resource.RLIMIT_AS, limits["addressBytes"], limits["addressBytes"]),
            (resource.RLIMIT_FSIZE, limits["fileBytes"], limits["fileBytes"]),
            (resource.RLIMIT_NOFILE, 1024, 1024),
            (resource.RLIMIT_NPROC, limits["processes"], limits["processes"]),
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_MEMLOCK, 65536, 65536),
        ):
            allowed = resource.getrlimit(name)[1]
            if allowed != resource.RLIM_INFINITY:
                soft, hard = min(soft, allowed), min(hard, allowed)
            resource.setrlimit(name, (soft, hard))
        user = self.request.get("user")
        if user is not None:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        os.umask(0o022)
        os.chdir("/tmp")

    def watch(self):
        ready, _, _ = select.select([self.wake[0], *self.pipes], [], [], POLL_SECONDS)
        for descriptor in ready:
            if descriptor == self.wake[0]:
                drain(descriptor)
            else:
                self.take(descriptor)
        self.reap()
        self.check_limits()
        if self.request.get("lifeline") and worker_is_gone():
            self.kill_everything()
            sys.exit(1)

    def take(self, descriptor):
        try:
            data = os.read(descriptor, 65536)
        except BlockingIOError:
            return True
        if not data:
            os.close(descriptor)
            del self.pipes[descriptor]
            return False
        self.pipes[descriptor](data)
        return True

    def take_frame(self, data):
        if len(self.frame) <= FRAME_BYTES:
            self.frame += data

    def take_output(self, data):
        self.output_bytes += len(data)
        self.tail += data
        if len(self.tail) > 2 * TAIL_BYTES:
            del self.tail[:-TAIL_BYTES]

    def reap(self):
        if self.status is None:
            pid, status, usage = os.wait4(self.child, os.WNOHANG)
            if pid:
                self.status, self.usage = status, usage

    def check_limits(self):
        if self.status is not None or self.stopped is not None:
            return
        if time.monotonic() - self.started > self.limits["wallSeconds"]:
            self.stopped = "wall"
        elif self.output_bytes > self.limits["outputBytes"]:
            self.stopped = "output"
        elif len(self.frame) > FRAME_BYTES:
            self.stopped = "frame"
        elif used_inodes("/tmp") + used_inodes("/dev/shm") > self.limits["inodes"]:
            self.stopped = "inodes"
        else:
            processes, memory = usage_of_others()
            self.peak_bytes = max(self.peak_bytes, memory)
            if memory > self.limits["memoryBytes"]:
                self.stopped = "memory"
            elif processes > self.limits["processes"]:
                self.stopped = "processes"

    def kill_everything(self):
        """Both pipes at their end and no process left but this one and the namespace's first."""
        deadline = time.monotonic() + KILL_SECONDS
        while time.monotonic() < deadline:
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.reap()
            for pipe in list(self.pipes):
                while pipe in self.pipes and select.select([pipe], [], [], 0)[0]:
                    self.take(pipe)
            if self.status is not None and not self.pipes and not others():
                return
            time.sleep(0.001)
        self.stopped = "unkillable"

    def report(self, wall):
        if self.stopped is None and out_of_memory_kills() > self.kills_before:
            self.stopped = "memory"
        signal_number = os.WTERMSIG(self.status) if self.status is not None and os.WIFSIGNALED(self.status) else None
        code = os.WEXITSTATUS(self.status) if self.status is not None and os.WIFEXITED(self.status) else None
        usage = self.usage
        return {
            "type": "report",
            "stopped": self.stopped,
            "exitCode": code,
            "signal": signal_number,
            "frame": self.frame[: FRAME_BYTES + 1].decode("utf-8", "replace"),
            "output": self.tail[-TAIL_BYTES:].decode("utf-8", "replace"),
            "outputBytes": self.output_bytes,
            "wallSeconds": wall,
            "cpuSeconds": usage.ru_utime + usage.ru_stime if usage else 0.0,
            "peakMemoryBytes": max(self.peak_bytes, usage.ru_maxrss * 1024 if usage else 0),
        }


def set_dumpable(value):
    """The candidate has the supervisor's uid here: without this it could read and write the supervisor's memory."""
    import ctypes

    ctypes.CDLL(None).prctl(4, value, 0, 0, 0)  # PR_SET_DUMPABLE


def drain(descriptor):
    try:
        os.read(descriptor, 4096)
    except BlockingIOError:
        pass
