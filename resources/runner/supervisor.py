"""The trusted half of the runner: the only process in the sandbox that talks with the worker.

JSON lines on stdin and stdout, protocol 2. `run` forks an item (here, or from a zygote) that gives up its rights and
runs candidate.py, watches it, kills everything of it, and only then passes on what came through the private pipe,
unread. `boot` and `drop` start and end zygotes. The supervisor never looks at exit codes or text to decide how a test
ended; the worker does not either.
"""

import json
import os
import signal
import sys

import system_calls
from attempt import Attempt
from zygotes import Zygotes

PROTOCOL = 2
REQUEST_BYTES = 64 << 20


def main():
    """Answers requests until stdin ends."""
    system_calls.set_dumpable(0)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    zygotes = Zygotes()
    say({"type": "ready"})
    while True:
        line = sys.stdin.buffer.readline(REQUEST_BYTES)
        if not line:
            return
        request = json.loads(line)
        if request.get("protocol") != PROTOCOL:
            say({"type": "refused", "reason": "protocol %r, expected %d" % (request.get("protocol"), PROTOCOL)})
            return
        say(answer(request, zygotes, wake_read))


def answer(request, zygotes, wake_read):
    if request["type"] == "boot":
        return zygotes.boot(request)
    if request["type"] == "drop":
        return zygotes.drop(request["zygote"])
    return Attempt(request, zygotes, wake_read).run()


def say(message):
    line = json.dumps({"protocol": PROTOCOL, **message}).encode("ascii") + b"\n"
    while line:
        line = line[os.write(1, line):]
