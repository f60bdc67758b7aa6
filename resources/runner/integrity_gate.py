"""A gate in the target function: everything it returns, yields or raises goes through it, at its own lines.

The honest and the sabotaged run have the same gate in the same place; what it does there is decided only after the
candidate has had its turn. In the sabotaged run the effects on the arguments are undone and something else is
returned (`empty`), or an exception is raised (`raise`).
"""

import __future__
import ast
import sys
import warnings
from _thread import get_ident
from types import CodeType

from integrity_answers import kind_of
from integrity_find import find_functions
from integrity_garbage import Effects, garbage, is_equal_to_all
from integrity_inner import InnerGate, weave_inner
from integrity_kinds import name_of
from integrity_weave import INNER_MARK, MARK, Each, Weaver, nothing, place_of

#: Calls whose surroundings are compared; later ones cost nothing.
WATCHED_CALLS = 64
CO_NESTED = 16
#: The tree around the target and its definition there, where somebody has read them just now.
READ = []
FUTURE_FLAGS = 0
for feature in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, feature).compiler_flag


class Sabotage(BaseException):
    """Raised in place of a result; not an Exception, so that no honest code catches it."""


class Gate:
    """What stands in the target's code in the place of the mark."""

    def __init__(self, name):
        self.form = None
        self.gives_nothing = name == "__init__"
        self.calls = 0
        #: Calls that have not ended; None for a generator, which may never end.
        self.running = 0
        self.effects = {}
        self.arguments = {}
        self.has_answered = False
        self.thread = get_ident()
        self.look = lambda: None
        self.report = lambda kind: None
        self.odd_comparisons = lambda values: ()
        self.odd_error = lambda error: ()
        self.is_behind = lambda frame: True
        self.inner = InnerGate(self)
        self.tell_first = lambda kind: None

    def __and__(self, arguments):
        """The target was called with these."""
        frame = id(sys._getframe(1))
        if self.running is not None:
            self.running += 1
        if self.calls < WATCHED_CALLS:
            self.arguments[frame] = arguments, [type(argument) for argument in arguments]
        if self.form == "empty":
            self.effects[frame] = Effects(arguments)

    def __getitem__(self, answer):
        """The target gives this; the answer is what its caller gets."""
        (value,) = answer
        self.answer_first(lambda: kind_of(value))
        arguments, kinds = self.arguments.pop(id(sys._getframe(1)), ((), []))
        if self.counts() and self.calls <= WATCHED_CALLS:
            self.look()
            if [type(argument) for argument in arguments] != kinds:
                self.report("another_kind")
            for kind in self.odd_comparisons((value, *arguments)):
                self.report(kind)
        if self.form is None:
            return value
        if is_equal_to_all(value):
            self.report("equal_to_all")
        if self.form == "raise":
            raise Sabotage()
        effects = self.effects.pop(id(sys._getframe(1)), None)
        if effects is not None:
            if effects.leave_equal_to_all():
                self.report("equal_to_all")
            effects.undo()
        return None if self.gives_nothing else garbage(value)

    def __matmul__(self, things):
        """The target yields from these."""
        return Each(self, things)

    def __lt__(self, nothing):
        """Whether an exception of the target is swallowed."""
        self.answer_first(lambda: "raises " + name_of(sys.exc_info()[0]))
        self.counts()
        if self.calls <= WATCHED_CALLS:
            for kind in self.odd_error(sys.exc_info()[1]):
                self.report(kind)
        if self.form is None:
            self.arguments.pop(id(sys._getframe(1)), None)
        return self.form is not None

    def look_around(self, target):
        """What the target gives without being called, before the sabotaged run."""

    def ask_again(self):
        """What answered in the run that counts, when its tests are over."""

    def counts(self):
        """A call ends; one within another of the target's own may not use up what is looked at."""
        if self.running is not None:
            self.running -= 1
        if not self.running:
            self.calls += 1
        return not self.running

    def answer_first(self, describe):
        """Up to here all runs must have been the same; what threads do first is chance."""
        if not self.has_answered and get_ident() == self.thread:
            self.has_answered = True
            self.tell_first(describe())


def put_gate(target, gate):
    """Puts the gate into every function made from the target's code; whether there was one."""
    functions = find_functions(target)
    if not functions:
        return False
    try:
        code = weave(target, functions[0].__code__, gate)
        for function in functions:
            function.__code__ = code
    except (SyntaxError, ValueError):
        return False
    return True


def compiled(module, target, flags):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(module, target["file"], "exec", flags, True)


def weave(target, code, gate):
    """The target's code with the gate in it; names, flags, lines and columns stay."""
    module, definition = READ.pop() if READ else read_module(target, code)
    weaver = Weaver(code)
    weave_inner(definition)
    weaver.weave(definition)
    gate.running = None if weaver.has_yields else 0
    woven = find_code(compiled(module, target, code.co_flags & FUTURE_FLAGS))
    if woven.co_freevars != code.co_freevars or (woven.co_flags ^ code.co_flags) & ~CO_NESTED:
        raise ValueError("the gate changes the function")
    return with_gates(woven, {MARK: gate, INNER_MARK: gate.inner})


def with_gates(code, gates):
    """In the places of their marks, in functions of the function, too."""
    consts = [with_gates(one, gates) if type(one) is CodeType else one for one in code.co_consts]
    return code.replace(co_consts=tuple(gates.get(one, one) if type(one) is str else one for one in consts))


def read_definition(target):
    """Its tree at its own lines and columns."""
    source, line = target["source"], target["line"]
    is_indented = source[:1] in " \t\f"
    module = ast.parse("\n" * (line - 2) + "if 1:\n" + source if is_indented else "\n" * (line - 1) + source)
    return module.body[0].body[0] if is_indented else module.body[0]


def surrounded(target):
    """The tree of a class in what it needs around it, and its definition there."""
    definition = read_definition(target)
    if not isinstance(definition, ast.ClassDef):
        raise ValueError("no class")
    return ast.Module(body=in_owner(definition, target, place_of(definition)), type_ignores=[]), definition


def read_module(target, code):
    """The function's tree at its own lines and columns, in what it needs around it; and its definition there."""
    definition = read_definition(target)
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise ValueError("no function")
    line, place = target["line"], place_of(definition)
    if code.co_firstlineno < line:
        # Code begins with the first decorator, which is not in the source.
        decorator = ast.Constant(value=None, kind=None, **place)
        decorator.lineno = decorator.end_lineno = code.co_firstlineno
        definition.decorator_list = [decorator]
    return ast.Module(body=surround(definition, target, code, place), type_ignores=[]), definition


def in_owner(definition, target, place):
    """A class for `super()` and private names."""
    owner = target["qualifiedName"].rpartition(".")[0]
    if not owner or owner.endswith("<locals>"):
        return [definition]
    name, body = owner.rpartition(".")[2], [definition]
    return [ast.ClassDef(name=name, bases=[], keywords=[], body=body, decorator_list=[], type_params=[], **place)]


def surround(definition, target, code, place):
    """In its class, and a function for what is free."""
    body = in_owner(definition, target, place)
    free = [name for name in code.co_freevars if name != "__class__" or body == [definition]]
    if free:
        names = [ast.Name(id=name, ctx=ast.Store(), **place) for name in free]
        outer = ast.parse("def outer(): pass").body[0]
        outer.body = [ast.Assign(targets=names, value=nothing(place), **place), *body]
        body = [outer]
    return body


def find_code(code):
    """The code with the mark in it."""
    for value in code.co_consts:
        if type(value) is CodeType:
            found = value if MARK in value.co_consts else find_code(value)
            if found is not None:
                return found
    return None
