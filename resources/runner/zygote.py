"""A process that has something made ready and forks an item, or another zygote, from it for the asking.

It never sees a candidate: what an item is to do comes through a pipe that only the fork reads. So nothing of one
candidate is in the memory of the next.
"""

import json
import marshal
import os
import signal
import socket
import struct

import cells
import item
import system_calls as calls

MESSAGE_BYTES = 65536


def start(control, request_read):
    """In a fresh fork: makes ready what is asked for, says so, and forks from then on until its socket is closed."""
    try:
        detach(control.fileno(), request_read)
        serve(control, boot(control, read_request(request_read)))
    except BaseException:
        import traceback

        send(control, {"ready": False, "reason": "boot_failed", "output": traceback.format_exc()[-4000:]})
    finally:
        os._exit(0)


def detach(control, request_read):
    """Nothing of the process that forked it stays open but these two."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    calls.set_dumpable(0)
    low, high = sorted((control, request_read))
    for first, last in ((3, low), (low + 1, high), (high + 1, 1024)):
        os.closerange(first, last)
    null = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    os.close(null)


def boot(control, request):
    import warm

    made = warm.make(request)
    calls.set_dumpable(0)
    send(control, {"ready": made.reason is None, "reason": made.reason, "output": made.said()})
    return made


def serve(control, made):
    while True:
        message, descriptors = receive(control, 8)
        if message is None:
            return
        reap()
        if message["do"] == "item":
            send(control, fork_item(control, made, descriptors))
        else:
            send(control, {"pid": fork_zygote(control, descriptors)})


def fork_item(control, made, descriptors):
    request_read, ends, of_cell = descriptors[0], descriptors[1:5], descriptors[5:]
    namespace, folders = of_cell[:1], of_cell[1:]
    with cells.Inside(namespace) as own:
        child = calls.fork()
        if child == 0:
            try:
                close_all((control.fileno(), *own, *namespace))
                item.run(read_request(request_read), (*ends, *folders), made)
            finally:
                os._exit(70)
    close_all(descriptors)
    _, status, usage = os.wait4(child, 0)
    return {"status": status, "cpu": usage.ru_utime + usage.ru_stime, "bytes": usage.ru_maxrss * 1024}


def fork_zygote(control, descriptors):
    request_read, child_control = descriptors
    child = os.fork()
    if child == 0:
        control.close()
        start(socket.socket(fileno=child_control), request_read)
    close_all(descriptors)
    return child


def reap():
    """Zygotes of this one that were ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def write_request(descriptor, request):
    """As `marshal` has it: a fork reads that with less of its memory touched than JSON, and pays for all that it touches."""
    data = marshal.dumps(request)
    try:
        while data:
            data = data[os.write(descriptor, data):]
    except BrokenPipeError:
        # The reader is ours, in a fresh fork; when it is gone, its end is seen elsewhere.
        pass
    finally:
        os.close(descriptor)


def read_request(descriptor):
    parts = [os.read(descriptor, MESSAGE_BYTES)]
    while parts[-1]:
        parts.append(os.read(descriptor, MESSAGE_BYTES))
    os.close(descriptor)
    return marshal.loads(b"".join(parts))


def send(control, message, descriptors=()):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("%di" % len(descriptors), *descriptors))]
    control.sendmsg([json.dumps(message).encode("ascii")], rights if descriptors else [])


def receive(control, most):
    """The next message and the descriptors with it; None at the end."""
    data, ancillary, _, _ = control.recvmsg(MESSAGE_BYTES, socket.CMSG_SPACE(4 * most))
    found = []
    for _, kind, rights in ancillary:
        if kind == socket.SCM_RIGHTS:
            found += struct.unpack("%di" % (len(rights) // 4), rights[: len(rights) // 4 * 4])
    return (json.loads(data), found) if data else (None, found)


def close_all(descriptors):
    for descriptor in descriptors:
        os.close(descriptor)
