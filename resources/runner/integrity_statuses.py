"""What the runs said of their tests, and of the target."""

from os import read

from integrity_watch import FIRST

# As in `integrity`: a target that runs at import cannot reach these.
__builtins__ = dict(__builtins__)


def statuses(result):
    return {test["id"]: test["status"] for test in result["tests"]}


#: The worst status of a test's parts is the test's status.
STATUSES = ("passed", "expected_failure", "skipped", "unexpected_success", "failed", "error")


def is_worse(status, other):
    """Than one that may be missing: then nothing is worse."""
    return other is not None and STATUSES.index(status) > STATUSES.index(other)


def passes(result):
    found = set(statuses(result).values())
    return "passed" in found and not found & {"failed", "error", "unexpected_success"}


def read_events(descriptor):
    """The kinds that the honest run told, `silenced` when it told more than came; and what its first answer was."""
    text = b""
    try:
        while True:
            text += read(descriptor, 65536)
    except BlockingIOError:
        pass
    lines = text.decode("ascii", "replace").split("\n")[:-1]
    ends = [place for place, line in enumerate(lines) if line.startswith("end ")]
    kinds = {line[:120] for line in lines if not line.startswith(("end ", FIRST))}
    if not ends or lines[ends[0]] != "end %d" % (ends[0] + 1):
        kinds.add("silenced")
    return {"events": sorted(kinds), "first": [line[:120] for line in lines if line.startswith(FIRST)]}
