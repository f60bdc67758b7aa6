"""Runs a repository's tests the ways that are usual elsewhere, and prints what a judge outside would see.

Called with a way (`text` or `file`), the source tree, its packages and test ids. The child is not trusted, and nothing
is done about that: the judges that believe it are what is measured.
"""

import json
import os
import subprocess
import sys

REPORT = "/tmp/report.xml"


def main():
    way, source, packages, *tests = sys.argv[1:]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((source, packages))}
    suite = [os.path.join(source, "tests", "runtests.py"), "--settings=test_sqlite", "--parallel=1", "--verbosity=2"]
    script = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "write_report.py"), REPORT, source]
    command = [sys.executable, "-s", *(suite if way == "text" else script), *tests]
    try:
        done = subprocess.run(
            command,
            cwd=os.path.join(source, "tests"),
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
