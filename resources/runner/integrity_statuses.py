"""What the runs said of their tests, and of the target."""

from os import read

from integrity_audit import FIRST

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


def read_events(descriptor, sabotage):
    """The kinds told; `silenced` when the honest run told more than came, `differs` when not all runs began alike."""
    text = b""
    try:
        while True:
            text += read(descriptor, 65536)
    except BlockingIOError:
        pass
    lines = text.decode("ascii", "replace").split("\n")[:-1]
    ends = [place for place, line in enumerate(lines) if line.startswith("end ")]
    firsts = [line for line in lines if line.startswith(FIRST)]
    kinds = {line[:120] for line in lines if not line.startswith(("end ", FIRST))}
    if not ends or lines[ends[0]] != "end %d" % (ends[0] + 1):
        kinds.add("silenced")
    is_complete = len(firsts) in (0, 1 + len(sabotage)) or "unfinished" in sabotage.values()
    if len(set(firsts)) > 1 or not is_complete:
        kinds.add("differs")
    return sorted(kinds)
