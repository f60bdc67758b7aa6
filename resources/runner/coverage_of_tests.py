"""Which lines each test reaches, by test id: coverage.py's own dynamic context names the class that defines a test."""

import json
import os
import sqlite3

import coverage
from coverage.numbits import numbits_to_nums


def record(adapter, job, recorder):
    """Runs all tests under the job's labels; writes `<output>/coverage.json`."""
    database = os.path.join(job["output"], "coverage.sqlite")
    sources = [os.path.join(job["sourceRoot"], target) for target in job["targets"]]
    # No configuration file: the suite's own would switch branch coverage on.
    measure = coverage.Coverage(data_file=database, config_file=False, source=sources, branch=False, messages=False)
    contexts = Contexts(measure)
    recorder.listeners.append(contexts.hear)
    measure.start()
    try:
        adapter.run_labels(job["adapterOptions"], job["sourceRoot"], job["labels"], recorder)
    finally:
        measure.stop()
        measure.save()
    answer = {"contexts": contexts.names, "files": read_lines(database, job["sourceRoot"], contexts)}
    with open(os.path.join(job["output"], "coverage.json"), "w", encoding="utf-8") as file:
        json.dump(answer, file)


class Contexts:
    """A context per test, and one per class for what runs between two tests: setUpClass, setUpTestData."""

    def __init__(self, measure):
        self.measure = measure
        self.names = []
        self.index = {}
        self.gap = None
        self.gaps = 0

    def hear(self, event, test):
        if event == "start":
            if self.gap is not None:
                self.index[self.gap] = self.number("class", owner_of(test))
                self.gap = None
            self.index["test:" + test] = self.number("test", test)
            self.measure.switch_context("test:" + test)
        else:
            # What runs from here to the next test is that test's class being set up.
            self.gaps += 1
            self.gap = "gap:%d" % self.gaps
            self.measure.switch_context(self.gap)

    def number(self, kind, name):
        entry = {"kind": kind, "id": name}
        if entry not in self.names[-2:]:
            self.names.append(entry)
        return len(self.names) - 1 - self.names[::-1].index(entry)


def owner_of(test):
    """The class or module of a test: `a.tests.C` of `a.tests.C.test_x`, `a.py::C` of `a.py::C::test_x[1.5]`."""
    name = test.partition("[")[0]
    return name.rpartition("::" if "::" in name else ".")[0]


def read_lines(database, source_root, contexts):
    """Per file a list of [index of the context, first line, last line, first line, last line …]."""
    connection = sqlite3.connect(database)
    names = dict(connection.execute("select id, context from context"))
    paths = dict(connection.execute("select id, path from file"))
    files = {}
    for file_id, context_id, numbits in connection.execute("select file_id, context_id, numbits from line_bits"):
        index = contexts.index.get(names[context_id])
        if index is not None:
            path = os.path.relpath(paths[file_id], source_root)
            files.setdefault(path, []).append([index, *ranges(sorted(numbits_to_nums(numbits)))])
    connection.close()
    return files


def ranges(lines):
    found = []
    for line in lines:
        if found and found[-1] == line - 1:
            found[-1] = line
        else:
            found += [line, line]
    return found
