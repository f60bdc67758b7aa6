"""Puts a candidate's code in the place of the stub that a zygote has booted with."""

import __future__
import ast
import gc
import linecache
import sys
import types

import compiling
import integrity_find
import integrity_gate
import stubs

FUTURE_FLAGS = sum(getattr(__future__, name).compiler_flag for name in ("annotations", "generator_stop"))


class Target:
    """The functions made from the stub, and those behind it in its file, whose lines move with its length."""

    def __init__(self, request):
        self.path = request["path"]
        self.stub = request["stub"]
        self.head, self.tail = self.stub[: request["head"]], self.stub[len(self.stub) - request["tail"]:]
        self.function, self.parents = stubs.find(ast.parse(self.stub), request["name"])
        self.first_line = compiling.first_line(self.function)
        self.start = sum(map(len, compiling.lines_of(self.stub)[: self.first_line - 1]))
        self.lines = len(compiling.lines_of(self.stub))
        tree, definition = self.read(self.stub)
        self.code = compiling.code_in(tree, self.function.name, self.path)
        self.docstring = compiling.docstring_of(definition)
        self.look()

    def look(self):
        self.functions, self.later, running = [], [], False
        for one in gc.get_objects():
            kind = type(one)
            if kind is types.FunctionType and one.__code__.co_filename == self.path:
                line = one.__code__.co_firstlineno
                if line == self.first_line and one.__code__.co_name == self.code.co_name:
                    self.functions.append(one)
                elif line > self.function.end_lineno:
                    self.later.append(one)
            elif kind in RUNNING:
                running = running or self.is_stub(RUNNING[kind](one))
        self.reason = self.why_not(running)
        self.has_fixed_docstring = self.reason is not None or self.shares_docstring()

    def shares_docstring(self):
        """Whether the docstring is more than the functions' own: decorators and others copy it."""
        if self.function.decorator_list or self.docstring is None:
            return True
        texts = {id(one.__doc__): one.__doc__ for one in self.functions}
        holders = [one for text in texts.values() for one in gc.get_referrers(text)]
        own = [*self.functions, *(one.__code__.co_consts for one in self.functions), texts]
        return any(all(holder is not one for one in own) for holder in holders)

    def is_stub(self, code):
        return code.co_filename == self.path and code.co_firstlineno == self.first_line

    def why_not(self, running):
        if "stub_calls" in sys.modules or running:
            return "called_at_boot"
        if not self.functions:
            loaded = any(getattr(module, "__file__", None) == self.path for module in list(sys.modules.values()))
            return "not_found" if loaded else None
        if any(one.__code__.co_freevars != self.code.co_freevars for one in self.functions):
            return "closure"
        return None

    def swap(self, content):
        """Why this candidate cannot take the stub's place, or None when it has."""
        linecache.cache.pop(self.path, None)
        if not self.functions:
            # Not imported yet: it will be, from the candidate's file.
            return None
        is_same = content.startswith(self.head) and content.endswith(self.tail)
        if not is_same or len(content) < len(self.head) + len(self.tail):
            return "another_stub"
        flags = self.functions[0].__code__.co_flags & FUTURE_FLAGS
        try:
            tree, definition = self.read(content)
            code = compiling.code_in(tree, self.function.name, self.path, flags)
        except Exception:
            return "does_not_compile"
        if code.co_freevars != self.code.co_freevars:
            return "closure"
        if compiling.kind(code) != compiling.kind(self.code):
            return "generator"
        docstring = compiling.docstring_of(definition)
        if docstring != self.docstring:
            if self.has_fixed_docstring:
                return "docstring"
            for one in self.functions:
                one.__doc__ = None if docstring is None else code.co_consts[0]
        moved = len(compiling.lines_of(content)) - self.lines
        for one in self.functions:
            one.__code__ = code
        integrity_find.KNOWN[:] = self.functions
        integrity_gate.READ[:] = [(tree, definition)]
        if moved:
            self.move(moved)
        return None

    def read(self, content):
        """The function alone: the rest of its file is the stub's."""
        return compiling.read_function(
            content[self.start: len(content) - len(self.tail)], self.first_line, self.parents, self.path
        )

    def move(self, lines):
        known = {}
        for one in self.later:
            one.__code__ = moved_code(one.__code__, lines, known)


def moved_code(code, lines, known):
    if id(code) not in known:
        constants = tuple(
            moved_code(one, lines, known) if isinstance(one, types.CodeType) else one for one in code.co_consts
        )
        known[id(code)] = code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=constants)
    return known[id(code)]


RUNNING = {
    types.GeneratorType: lambda one: one.gi_code,
    types.CoroutineType: lambda one: one.cr_code,
    types.AsyncGeneratorType: lambda one: one.ag_code,
}
