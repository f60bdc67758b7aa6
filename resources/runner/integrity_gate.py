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

from compiling import ASYNC_GENERATOR, GENERATOR
from integrity_answers import kind_of, name_of
from integrity_find import find_functions
from integrity_garbage import Effects, garbage, is_equal_to_all

MARK = "\0gate\0"
#: Calls whose surroundings are compared; later ones cost nothing.
WATCHED_CALLS = 64
CO_NESTED = 16
#: The tree around the target and its definition there, where somebody has read them just now.
READ = []
PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")
#: Where the statements and parts of a statement are.
STATEMENTS = ("body", "orelse", "finalbody", "handlers", "cases")
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
        self.effects = {}
        self.arguments = {}
        self.has_answered = False
        self.thread = get_ident()
        self.look = lambda: None
        self.report = lambda kind: None
        self.odd_comparisons = lambda values: ()
        self.tell_first = lambda kind: None

    def __and__(self, arguments):
        """The target was called with these."""
        frame = id(sys._getframe(1))
        if self.calls < WATCHED_CALLS:
            self.arguments[frame] = arguments
        if self.form == "empty":
            self.effects[frame] = Effects(arguments)

    def __matmul__(self, value):
        """The target gives this; the answer is what its caller gets."""
        self.calls += 1
        self.answer_first(lambda: kind_of(value))
        if self.calls <= WATCHED_CALLS:
            self.look()
            for kind in self.odd_comparisons((value, *self.arguments.pop(id(sys._getframe(1)), ()))):
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

    def __lt__(self, nothing):
        """Whether an exception of the target is swallowed."""
        self.answer_first(lambda: "raises " + name_of(sys.exc_info()[0]))
        if self.form is None:
            self.arguments.pop(id(sys._getframe(1)), None)
        return self.form is not None

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


def weave(target, code, gate):
    """The target's code with the gate in it; names, flags, lines and columns stay."""
    module, definition = READ.pop() if READ else read_module(target, code)
    Weaver(code).weave(definition)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compiled = compile(module, target["file"], "exec", code.co_flags & FUTURE_FLAGS, True)
    woven = find_code(compiled)
    if woven.co_freevars != code.co_freevars or (woven.co_flags ^ code.co_flags) & ~CO_NESTED:
        raise ValueError("the gate changes the function")
    consts = tuple(gate if type(value) is str and value == MARK else value for value in woven.co_consts)
    return woven.replace(co_consts=consts)


def read_module(target, code):
    """The function's tree at its own lines and columns, in what it needs around it; and its definition there."""
    source, line = target["source"], target["line"]
    is_indented = source[:1] in " \t\f"
    module = ast.parse("\n" * (line - 2) + "if 1:\n" + source if is_indented else "\n" * (line - 1) + source)
    definition = module.body[0].body[0] if is_indented else module.body[0]
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise ValueError("no function")
    place = place_of(definition)
    if code.co_firstlineno < line:
        # Code begins with the first decorator, which is not in the source.
        decorator = ast.Constant(value=None, kind=None, **place)
        decorator.lineno = decorator.end_lineno = code.co_firstlineno
        definition.decorator_list = [decorator]
    return ast.Module(body=surround(definition, target, code, place), type_ignores=[]), definition


def surround(definition, target, code, place):
    """A class for `super()` and private names, a function for what is free."""
    body = [definition]
    owner = target["qualifiedName"].rpartition(".")[0]
    if owner and not owner.endswith("<locals>"):
        name = owner.rpartition(".")[2]
        body = [ast.ClassDef(name=name, bases=[], keywords=[], body=body, decorator_list=[], type_params=[], **place)]
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


class Weaver(ast.NodeTransformer):
    """Rewrites one function; those inside it stay."""

    def __init__(self, code):
        self.is_async_generator = code.co_flags & ASYNC_GENERATOR
        self.has_yields = code.co_flags & (GENERATOR | ASYNC_GENERATOR)

    def weave(self, definition):
        body = definition.body
        has_docstring = ast.get_docstring(definition, clean=False) is not None
        docstring, rest = (body[:1], body[1:]) if has_docstring else ([], body)
        first, last = place_of(body[0]), place_of(body[-1])
        arguments = definition.args
        names = [*getattr(arguments, "posonlyargs", []), *arguments.args, arguments.vararg]
        names += [*arguments.kwonlyargs, arguments.kwarg]
        names = [ast.Name(name.arg, ast.Load(), **first) for name in names if name is not None]
        call = ast.BinOp(mark(first), ast.BitAnd(), ast.Tuple(names, ast.Load(), **first), **first)
        attempt = [*self.visit_all(rest), *self.leave(last)]
        attempt = ast.Try(body=attempt, handlers=[self.handler(last)], orelse=[], finalbody=[], **last)
        definition.body = [*docstring, ast.Expr(call, **first), attempt]

    def handler(self, place):
        zero = ast.Constant(value=0, kind=None, **place)
        is_sabotaged = ast.Compare(mark(place), [ast.Lt()], [zero], **place)
        swallow = ast.If(test=is_sabotaged, body=self.leave(place), orelse=[], **place)
        raised = ast.Raise(exc=None, cause=None, **place)
        return ast.ExceptHandler(type=None, name=None, body=[swallow, raised], **place)

    def leave(self, place):
        given = through(place, None)
        if self.is_async_generator:
            return [ast.Expr(given, **place), ast.Return(value=None, **place)]
        return [ast.Return(value=given, **place)]

    def generic_visit(self, node):
        """In what has no `yield`, only statements are of interest."""
        if self.has_yields:
            return super().generic_visit(node)
        for name in STATEMENTS:
            inner = getattr(node, name, None)
            if type(inner) is list:
                setattr(node, name, self.visit_all(inner))
        return node

    def visit_all(self, nodes):
        results = map(self.visit, nodes)
        return [node for result in results for node in (result if isinstance(result, list) else [result])]

    def visit_Return(self, node):
        self.generic_visit(node)
        place = place_of(node)
        if self.is_async_generator:
            return [ast.Expr(through(place, None), **place), node]
        node.value = through(place, node.value)
        return node

    def visit_Yield(self, node):
        self.generic_visit(node)
        node.value = through(place_of(node), node.value)
        return node

    visit_YieldFrom = visit_Yield

    def visit_FunctionDef(self, node):
        return node

    visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_FunctionDef


def place_of(node):
    return {name: getattr(node, name) for name in PLACE}


def mark(place):
    return ast.Constant(value=MARK, kind=None, **place)


def nothing(place):
    return ast.Constant(value=None, kind=None, **place)


def through(place, value):
    return ast.BinOp(mark(place), ast.MatMult(), nothing(place) if value is None else value, **place)
