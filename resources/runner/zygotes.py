"""The supervisor's zygotes: starts them, asks them for items, ends them."""

import os
import select
import signal
import socket
import time

from place_files import Placed
from supervisor_namespace import usage_of
import zygote


class Zygotes:
    def __init__(self):
        self.by_name = {}

    def pids(self):
        return [one.pid for one in self.by_name.values()]

    def get(self, name):
        return self.by_name[name]

    def boot(self, request):
        """Answers when it is ready or has failed; one that failed is gone."""
        started = time.monotonic()
        parent = self.by_name.get(request.get("parent"))
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request_read, request_write = os.pipe()
        pid = self.fork(request, parent, (its, request_read))
        its.close()
        os.close(request_read)
        one = Zygote(pid, ours, parent is None)
        with Placed(request):
            zygote.write_request(request_write, request)
            said = one.hear(request["limits"]["wallSeconds"])
        said = said or {"ready": False, "reason": "boot_silent", "output": ""}
        if said["ready"]:
            self.by_name[request["zygote"]] = one
        else:
            one.end()
        _, memory = usage_of([str(pid)])
        return {"type": "booted", "wallSeconds": time.monotonic() - started, "memoryBytes": memory, **said}

    def fork(self, request, parent, ends):
        its, request_read = ends
        if parent is not None:
            zygote.send(parent.control, {"do": "zygote"}, (request_read, its.fileno()))
            return parent.hear(request["limits"]["wallSeconds"])["pid"]
        pid = os.fork()
        if pid == 0:
            zygote.start(its, request_read)
        return pid

    def drop(self, name):
        one = self.by_name.pop(name, None)
        if one is not None:
            one.end()
        return {"type": "dropped"}


class Zygote:
    """`control`: our end of its socket. It is our child, or another zygote's."""

    def __init__(self, pid, control, is_child):
        self.pid, self.control, self.is_child = pid, control, is_child

    def hear(self, seconds):
        if not select.select([self.control], [], [], seconds)[0]:
            return None
        try:
            return zygote.receive(self.control, 1)[0]
        except OSError:
            return None

    def end(self):
        self.control.close()
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if self.is_child:
            try:
                os.waitpid(self.pid, 0)
            except ChildProcessError:
                # It has ended while nobody was to be waited for.
                pass

    def fork(self, request, descriptors):
        return Forked(self.control, request, descriptors)


class Forked:
    """An item that a zygote has forked. `ended`: status (None: the zygote is gone), processor seconds, peak bytes."""

    def __init__(self, control, request, descriptors):
        self.ended = None
        self.control = control
        self.descriptor = control.fileno()
        request_read, request_write = os.pipe()
        try:
            zygote.send(control, {"do": "item"}, (request_read, *descriptors))
        except OSError:
            self.ended = (None, 0.0, 0)
        os.close(request_read)
        zygote.write_request(request_write, request)

    def look(self):
        if self.ended is None and select.select([self.control], [], [], 0)[0]:
            try:
                said = zygote.receive(self.control, 1)[0]
            except OSError:
                said = None
            self.ended = (said["status"], said["cpu"], said["bytes"]) if said else (None, 0.0, 0)
