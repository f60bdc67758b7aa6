"""Runs a kept job outside of any sandbox, for people: the same adapter and tests, with a terminal to look at.

python by_hand.py job.json [TEST ...]
A breakpoint() in the candidate's file stops there. Python 3.8 and later, standard library only.
"""

import json
import sys

import candidate


def main(path, tests):
    with open(path, encoding="utf-8") as file:
        job = json.load(file)
    if tests:
        job["tests"] = tests
    booted = candidate.boot(job)
    if booted.error is not None:
        raise booted.error
    booted.session.run()
    results = booted.recorder.results()
    for result in results:
        print("%-12s %s" % (result["status"], result["id"]))
        if result["message"]:
            print(result["message"])
    return 0 if results and all(result["status"] == job["expected"].get(result["id"]) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
