"""Gates in all functions of a class that was written as a whole, wherever they have come to be.

What such a class gives itself is its own matter: spoilt is only what leaves it, and its state stays as it is, so that
the candidate cannot tell from it that an answer was.
"""

import ast
import sys
from types import CodeType, FunctionType

from integrity_answers import OWN, attributes_of, kind_of
from integrity_find import class_of, contents_of, everything, functions_in, getattr_quietly
from integrity_garbage import HEAP_TYPE, claims_equal, garbage, is_equal_to_all, type_flags
from integrity_gate import FUTURE_FLAGS, Gate, Sabotage, WATCHED_CALLS, compiled, surrounded
from integrity_inner import is_special, weave_function
from integrity_kinds import name_of, names_of
from integrity_types import back_of, code_of
from integrity_weave import MARK, giver

#: These end a loop over what the class gives; a loop that never ended would tell no more.
ENDS = (StopIteration, StopAsyncIteration, GeneratorExit, IndexError)
PARTS = 1024
#: Answers that are asked again: their equality is the class's own.
HELD = 8
#: The name of what the class's own namespace does not lead to.
ELSEWHERE = ("elsewhere",)


class ClassGate(Gate):
    """One for all functions of the class."""

    def __init__(self, watch):
        super().__init__(watch.name)
        self.watch = watch
        #: By its code, what each function is called by in the class.
        self.names = {}
        self.held = []

    def look_around(self, target):
        """Values that the class holds are given to whoever looks at it; those of its own kinds were looked at before."""
        for thing in held_by_class(target):
            if not self.odd_comparisons((thing,), 0) and self.is_liar(thing):
                self.report("equal_to_all")

    def __and__(self, arguments):
        frame = sys._getframe(1)
        code = code_of(frame)
        is_late = is_special(code.co_name) and code not in self.names
        if is_late or self.calls <= WATCHED_CALLS:
            is_inner = self.is_inner(frame)
            if is_late and not is_inner:
                self.report("late:" + code.co_name)
            if not is_inner:
                self.arguments[id(frame)] = arguments, [type(argument) for argument in arguments]

    def __getitem__(self, answer):
        (value,) = answer
        if self.form is None and self.calls > WATCHED_CALLS:
            return value
        frame = giver(sys._getframe(1))
        arguments, kinds = self.arguments.pop(id(frame), ((), []))
        if self.is_inner(frame):
            return value
        self.answer_first(lambda: kind_of(value))
        self.calls += 1
        if self.calls <= WATCHED_CALLS:
            self.examine(value, arguments, kinds, self.names.get(code_of(frame), ELSEWHERE))
        if self.form is None:
            return value
        if is_equal_to_all(value) or any(map(self.is_liar, arguments)):
            self.report("equal_to_all")
        if self.form == "raise":
            raise Sabotage()
        return None if code_of(frame).co_name == "__init__" else garbage(value)

    def __lt__(self, nothing):
        error = sys.exc_info()[0]
        if (self.form is None and self.calls > WATCHED_CALLS) or self.is_inner(sys._getframe(1)):
            return False
        self.answer_first(lambda: "raises " + name_of(error))
        self.calls += 1
        if self.calls <= WATCHED_CALLS:
            for kind in self.odd_error(sys.exc_info()[1]):
                self.report(kind)
        return self.form is not None and not issubclass(error, ENDS)

    def examine(self, value, arguments, kinds, names):
        self.look()
        if [type(argument) for argument in arguments] != kinds:
            self.report("another_kind")
        # Of the object itself, what it holds: how it compares is the class's to say.
        held = [part for one in arguments[:1] for part in attributes_of(one).values()]
        for kind in self.odd_comparisons((*held, *arguments[1:])):
            self.report(kind)
        # A class that decides what its objects equal may give them where it always does, not in the place of plain values.
        for kind in self.odd_comparisons((value,)):
            if kind.startswith(OWN) and len(self.held) < HELD:
                self.held.append(value)
            for name in names:
                self.report("%s by %s" % (kind, name) if kind.startswith(OWN) else kind)

    def ask_again(self):
        """In the run that counts, when its tests are over: what decides itself what it equals may have lied in it alone."""
        if any(map(is_equal_to_all, self.held)):
            self.report("equal_to_all")
        if len(self.held) == HELD and all(claims_equal(self.held[0], other) for other in self.held):
            self.report("all_alike")

    def is_liar(self, value):
        return bool(type_flags(type(value)) & HEAP_TYPE) and is_equal_to_all(value)

    def is_inner(self, frame):
        """Whether the class has asked for it itself."""
        frame = back_of(frame)
        while frame is not None:
            if self.watch.owns(code_of(frame)):
                return True
            frame = back_of(frame)
        return False


def put_gates(target, gate):
    """Puts the gate into all that was made from the class's text; whether there was anything."""
    functions = [one for one in everything() if type(one) is FunctionType and gate.watch.owns(one.__code__)]
    if not functions:
        return False
    try:
        woven = weave(target, functions[0].__code__.co_flags & FUTURE_FLAGS, gate)
    except (SyntaxError, ValueError):
        return False
    found = [(one, woven.get(one.__code__)) for one in functions]
    for function, code in found:
        if code is not None and code.co_freevars == function.__code__.co_freevars:
            function.__code__ = code
    gate.names = names_by_code(target)
    return any(code is not None for _, code in found)


def names_by_code(target):
    """Where one function has several names, whichever it was called by may be meant."""
    found, kind = {}, class_of(target)
    for name, thing in names_of(kind).items() if issubclass(type(kind), type) else ():
        for function in functions_in(thing):
            found.setdefault(function.__code__, []).append(name)
    return found


def weave(target, flags, gate):
    """For each code of the class, the same with the gate in it."""
    plain = compiled(surrounded(target)[0], target, flags)
    module, definition = surrounded(target)
    for node in list(ast.walk(definition)):
        weave_function(node)
    found = {}
    pair(plain, compiled(module, target, flags), gate, found)
    return found


def pair(plain, woven, gate, found):
    """The woven code with the gate in the place of its mark; all in it are put to what they were made of."""
    pairs = zip(codes_in(plain), codes_in(woven))
    inner = {id(after): pair(before, after, gate, found) for before, after in pairs}
    consts = tuple(gate if type(one) is str and one == MARK else inner.get(id(one), one) for one in woven.co_consts)
    made = woven.replace(co_consts=consts)
    if (plain.co_name, plain.co_firstlineno) != (woven.co_name, woven.co_firstlineno):
        raise ValueError("the gate changes the class")
    found[plain] = made
    return made


def codes_in(code):
    return [one for one in code.co_consts if type(one) is CodeType]


def held_by_class(target):
    """What the class's own namespace leads to: its values, and what its functions and their like were given."""
    waiting, seen = [class_of(target)], {}
    while waiting and len(seen) < PARTS:
        thing = waiting.pop()
        if thing is None or id(thing) in seen:
            continue
        seen[id(thing)] = thing
        waiting += parts_of(thing, target)
    return list(seen.values())


def parts_of(thing, target):
    if isinstance(thing, type):
        own = str(name_of(thing)).startswith(target["qualifiedName"])
        return list(names_of(thing).values()) if own else []
    if type(thing) is FunctionType:
        return [*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values(), *contents_of(thing)]
    if type(thing) in (list, tuple, set, frozenset):
        return list(thing)[:PARTS]
    if type(thing) is dict:
        return list(thing.values())[:PARTS]
    return [getattr_quietly(thing, name) for name in ("__func__", "fget", "func", "args", "keywords")]
