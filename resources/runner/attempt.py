"""One item, from the fork to the last of its processes killed."""

import base64
import os
import select
import sys
import time

import cells
import item
from place_files import Placed
from supervisor_namespace import others, out_of_memory_kills, usage_of, worker_is_gone
from system_calls import one_way

FRAME_BYTES = 8 << 20
TAIL_BYTES = 64 << 10
TOLD_BYTES = 64 << 10
POLL_SECONDS = 0.05
KILL_SECONDS = 5.0
#: A sabotaged run may take so much longer than all before it.
GRACE_SECONDS = 2.0
GRACE_FACTOR = 3


class Attempt:
    """`zygotes`: what the item may be forked from, and whose processes are not the item's."""

    def __init__(self, request, zygotes, wake_read):
        self.request = request
        if request.get("seccomp"):
            request["seccomp"] = base64.b64decode(request["seccomp"])
        self.limits = request["limits"]
        self.zygotes = zygotes
        self.wake_read = wake_read
        self.stopped = None
        self.output_bytes = 0
        self.tail = bytearray()
        self.frame = bytearray()
        self.told = bytearray()
        #: When what comes after the frame must have ended; None until the frame is whole.
        self.late = None
        self.peak_bytes = 0

    def run(self):
        with Placed(self.request):
            return self.run_placed()

    def run_placed(self):
        self.kills_before = out_of_memory_kills()
        self.cell = cells.open_cell(self.request["isolation"], self.request.get("user"), self.limits["inodes"])
        self.known = (*self.zygotes.pids(), *self.cell.pids)
        frame_read, frame_write = os.pipe()
        told_read, told_write = one_way()
        self.output, output_write = os.pipe()
        go_read, self.go = os.pipe()
        self.pipes = {frame_read: self.take_frame, told_read: self.take_told, self.output: self.take_output}
        for pipe in self.pipes:
            os.set_blocking(pipe, False)
        self.started = self.looked = time.monotonic()
        its = (frame_write, told_write, go_read, output_write)
        self.process = self.start(its)
        for descriptor in its:
            os.close(descriptor)
        while self.process.ended is None and self.stopped is None:
            self.watch()
        wall = time.monotonic() - self.started
        self.kill_everything()
        for pipe in (self.go, *self.pipes):
            os.close(pipe)
        return self.report(wall)

    def start(self, descriptors):
        name = self.request.get("zygote")
        if name is None:
            return Here(self.request, self.cell, descriptors, self.wake_read)
        return self.zygotes.get(name).fork(self.request, (*descriptors, *self.cell.descriptors))

    def watch(self):
        ready, _, _ = select.select([self.process.descriptor, *self.pipes], [], [], POLL_SECONDS)
        for descriptor in ready:
            if descriptor in self.pipes:
                self.take(descriptor)
        self.process.look()
        self.check_limits()
        if worker_is_gone():
            self.kill_everything()
            sys.exit(1)

    def take(self, descriptor):
        try:
            data = os.read(descriptor, 65536)
        except BlockingIOError:
            return
        if data:
            self.pipes[descriptor](data)
        else:
            take = self.pipes.pop(descriptor)
            os.close(descriptor)
            if take == self.take_frame and self.frame:
                self.let_go_on()

    def take_frame(self, data):
        if len(self.frame) <= FRAME_BYTES:
            self.frame += data

    def take_told(self, data):
        if len(self.told) <= TOLD_BYTES:
            self.told += data

    def take_output(self, data):
        self.output_bytes += len(data)
        if self.late is None:
            self.tail += data
            if len(self.tail) > 2 * TAIL_BYTES:
                del self.tail[:-TAIL_BYTES]

    def let_go_on(self):
        """The frame is whole, and so is what was printed until then: what comes now is a sabotaged run's."""
        while self.output in self.pipes and self.output_bytes <= self.limits["outputBytes"]:
            if not select.select([self.output], [], [], 0)[0]:
                break
            self.take(self.output)
        now = time.monotonic()
        self.late = now + GRACE_SECONDS + GRACE_FACTOR * (now - self.started)
        try:
            os.write(self.go, b"g")
        except BrokenPipeError:
            # It has ended: there is nothing more to be told.
            pass

    def check_limits(self):
        if self.process.ended is not None or self.stopped is not None:
            return
        now = time.monotonic()
        if now - self.started > self.limits["wallSeconds"]:
            self.stopped = "wall"
        elif self.late is not None and now > self.late:
            self.stopped = "late"
        elif self.output_bytes > self.limits["outputBytes"]:
            self.stopped = "output"
        elif len(self.frame) > FRAME_BYTES:
            self.stopped = "frame"
        elif now - self.looked > POLL_SECONDS:
            self.looked = now
            self.look_around()

    def look_around(self):
        if self.cell.used_inodes() > self.limits["inodes"]:
            self.stopped = "inodes"
            return
        processes, memory = usage_of(others(self.known))
        self.peak_bytes = max(self.peak_bytes, memory)
        if memory > self.limits["memoryBytes"]:
            self.stopped = "memory"
        elif processes > self.limits["processes"]:
            self.stopped = "processes"

    def kill_everything(self):
        """None of the item's processes left, and all read that they wrote: the kernel may hold their pipes open for longer."""
        deadline = time.monotonic() + KILL_SECONDS
        while time.monotonic() < deadline:
            self.cell.kill()
            self.process.look()
            for pipe in list(self.pipes):
                while pipe in self.pipes and select.select([pipe], [], [], 0)[0]:
                    self.take(pipe)
            if self.process.ended is not None and self.cell.is_empty():
                return
            time.sleep(0.0005)
        self.stopped = "unkillable"

    def report(self, wall):
        if self.stopped is None and out_of_memory_kills() > self.kills_before:
            self.stopped = "memory"
        status, cpu_seconds, peak_bytes = self.process.ended or (None, 0.0, 0)
        return {
            "type": "report",
            "stopped": "zygote" if status is None and self.stopped is None else self.stopped,
            "exitCode": os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None,
            "frame": self.frame[: FRAME_BYTES + 1].decode("utf-8", "replace"),
            "told": self.told[: TOLD_BYTES + 1].decode("ascii", "replace"),
            "output": self.tail[-TAIL_BYTES:].decode("utf-8", "replace"),
            "outputBytes": self.output_bytes,
            "wallSeconds": wall,
            "cpuSeconds": cpu_seconds,
            "peakMemoryBytes": max(self.peak_bytes, peak_bytes),
        }


class Here:
    """An item forked from the supervisor itself. `ended`: status, processor seconds, peak bytes."""

    def __init__(self, request, cell, descriptors, wake_read):
        self.ended = None
        self.descriptor = wake_read
        with cells.Inside(cell.descriptors):
            self.child = os.fork()
            if self.child == 0:
                given = (*descriptors, *cell.descriptors[1:])
                for descriptor in set(range(3, 1024)) - set(given):
                    close_quietly(descriptor)
                item.run(request, given)

    def look(self):
        drain(self.descriptor)
        if self.ended is None:
            pid, status, usage = os.wait4(self.child, os.WNOHANG)
            if pid:
                self.ended = (status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def close_quietly(descriptor):
    try:
        os.close(descriptor)
    except OSError:
        pass


def drain(descriptor):
    try:
        os.read(descriptor, 4096)
    except BlockingIOError:
        pass
