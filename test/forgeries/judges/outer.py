"""Runs a repository's tests the ways that are usual elsewhere, and prints what a judge outside would see.

Called with a way (`text` or `file`), the runner's name, the source tree, its packages and test ids. The child is not trusted, and nothing
is done about that: the judges that believe it are what is measured.
"""

import json
import os
import subprocess
import sys

REPORT = "/tmp/report.xml"
SYMPY = """
import sys
from sympy.testing.runtests import test
path, name = sys.argv[1].rsplit(".", 1)
sys.exit(not test(path.replace(".", "/") + ".py", kw=name, verbose=True, subprocess=False, colors=False))
"""


def command_of(way, adapter, source):
    """What a user of the runner would call, without the test ids."""
    if adapter == "pytest":
        return ["-m", "pytest", "-v", "--color=no", "-p", "no:cacheprovider", "-o", "addopts=", "--junitxml=" + REPORT]
    if adapter == "sympy":
        return ["-c", SYMPY]
    if way == "text":
        suite = os.path.join(source, "tests", "runtests.py")
        return [suite, "--settings=test_sqlite", "--parallel=1", "--verbosity=2"]
    return [os.path.join(os.path.dirname(os.path.abspath(__file__)), "write_report.py"), REPORT, source]


def main():
    way, adapter, source, packages, *tests = sys.argv[1:]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((source, packages))}
    command = [sys.executable, "-s", *command_of(way, adapter, source), *tests]
    try:
        done = subprocess.run(
            command,
            cwd=os.path.join(source, "tests") if adapter == "django" else source,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=30,
        )
        code, text = done.returncode, done.stdout.decode("utf-8", "replace")[-20000:]
    except subprocess.TimeoutExpired:
        code, text = -1, ""
    report = None
    if os.path.exists(REPORT):
        with open(REPORT, encoding="utf-8", errors="replace") as file:
            report = file.read()[-20000:]
    print(json.dumps({"code": code, "text": text, "report": report}))


main()
