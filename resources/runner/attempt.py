"""One item, from the fork to the last of its processes killed."""

import os
import select
import sys
import time

import cells
import item
from place_files import Placed
from supervisor_namespace import others, out_of_memory_kills, usage_of, worker_is_gone

FRAME_BYTES = 8 << 20
TAIL_BYTES = 64 << 10
POLL_SECONDS = 0.05
KILL_SECONDS = 5.0


class Attempt:
    """`zygotes`: what the item may be forked from, and whose processes are not the item's."""

    def __init__(self, request, zygotes, wake_read, line):
        self.request, self.line = request, line
        self.limits = request["limits"]
        self.zygotes = zygotes
        self.wake_read = wake_read
        self.stopped = None
        self.output_bytes = 0
        self.tail = bytearray()
        self.frame = bytearray()
        self.peak_bytes = 0
        self.looked = 0.0

    def run(self):
        with Placed(self.request):
            return self.run_placed()

    def run_placed(self):
        self.kills_before = out_of_memory_kills()
        self.cell = cells.open_cell(self.request["isolation"], self.request.get("user"), self.limits["inodes"])
        self.known = (*self.zygotes.pids(), *self.cell.pids)
        frame_read, frame_write = os.pipe()
        output_read, output_write = os.pipe()
        self.pipes = {frame_read: self.take_frame, output_read: self.take_output}
        for pipe in self.pipes:
            os.set_blocking(pipe, False)
        self.started = time.monotonic()
        self.process = self.start((frame_write, output_write))
        os.close(frame_write)
        os.close(output_write)
        while self.process.ended is None and self.stopped is None:
            self.watch()
        wall = time.monotonic() - self.started
        self.kill_everything()
        for pipe in list(self.pipes):
            os.close(pipe)
        return self.report(wall)

    def start(self, descriptors):
        name = self.request.get("zygote")
        if name is None:
            return Here(self.request, self.cell, descriptors, self.wake_read)
        return self.zygotes.get(name).fork(self.line, (*descriptors, *self.cell.descriptors))

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
            os.close(descriptor)
            del self.pipes[descriptor]

    def take_frame(self, data):
        if len(self.frame) <= FRAME_BYTES:
            self.frame += data

    def take_output(self, data):
        self.output_bytes += len(data)
        self.tail += data
        if len(self.tail) > 2 * TAIL_BYTES:
            del self.tail[:-TAIL_BYTES]

    def check_limits(self):
        if self.process.ended is not None or self.stopped is not None:
            return
        now = time.monotonic()
        if now - self.started > self.limits["wallSeconds"]:
            self.stopped = "wall"
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
        """Both pipes at their end and none of the item's processes left."""
        deadline = time.monotonic() + KILL_SECONDS
        while time.monotonic() < deadline:
            self.cell.kill()
            self.process.look()
            for pipe in list(self.pipes):
                while pipe in self.pipes and select.select([pipe], [], [], 0)[0]:
                    self.take(pipe)
            if self.process.ended is not None and not self.pipes and self.cell.is_empty():
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
