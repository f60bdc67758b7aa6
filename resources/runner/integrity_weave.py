"""Puts the gate's mark where a function's tree returns, yields or raises."""

import ast
import sys
from os import urandom

from compiling import ASYNC_GENERATOR, GENERATOR
from integrity_types import back_of, code_of

#: The gate of the target, and that of the functions in it. Nobody can have these in a text that was written before.
MARK = urandom(16).hex()
INNER_MARK = urandom(16).hex()
PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")
#: Where the statements and parts of a statement are.
STATEMENTS = ("body", "orelse", "finalbody", "handlers", "cases")


class Weaver(ast.NodeTransformer):
    """Rewrites one function; those inside it stay."""

    def __init__(self, code, mark=MARK):
        self.mark = mark
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
        call = ast.BinOp(self.mark_at(first), ast.BitAnd(), ast.Tuple(names, ast.Load(), **first), **first)
        attempt = [*self.visit_all(rest), *self.leave(last)]
        attempt = ast.Try(body=attempt, handlers=[self.handler(last)], orelse=[], finalbody=[], **last)
        definition.body = [*docstring, ast.Expr(call, **first), attempt]

    def handler(self, place):
        zero = ast.Constant(value=0, kind=None, **place)
        is_sabotaged = ast.Compare(self.mark_at(place), [ast.Lt()], [zero], **place)
        swallow = ast.If(test=is_sabotaged, body=self.leave(place), orelse=[], **place)
        raised = ast.Raise(exc=None, cause=None, **place)
        return ast.ExceptHandler(type=None, name=None, body=[swallow, raised], **place)

    def leave(self, place):
        given = through(place, None, self.mark)
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
            return [ast.Expr(through(place, None, self.mark), **place), node]
        node.value = through(place, node.value, self.mark)
        return node

    def visit_Yield(self, node):
        self.generic_visit(node)
        node.value = through(place_of(node), node.value, self.mark)
        return node

    def visit_YieldFrom(self, node):
        """Each thing that comes from there goes through the gate."""
        self.generic_visit(node)
        place = place_of(node)
        node.value = ast.BinOp(self.mark_at(place), ast.MatMult(), node.value, **place)
        return node

    def mark_at(self, place):
        return ast.Constant(value=self.mark, kind=None, **place)

    def visit_FunctionDef(self, node):
        return node

    visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_FunctionDef


def place_of(node):
    return {name: getattr(node, name) for name in PLACE}


def nothing(place):
    return ast.Constant(value=None, kind=None, **place)


def through(place, value, mark=MARK):
    """`gate[value,]`: unlike an operator's, its result may be `NotImplemented`; no compiler works a tuple's place out before."""
    key = ast.Tuple([nothing(place) if value is None else value], ast.Load(), **place)
    if sys.version_info < (3, 9):
        key = ast.Index(key, **place)
    return ast.Subscript(ast.Constant(value=mark, kind=None, **place), key, ast.Load(), **place)


def giver(frame):
    """The frame of the woven function, which may give one thing after the other by `Each`."""
    return back_of(frame) if code_of(frame).co_filename == __file__ else frame


class Each:
    """What a generator yields from another, thing by thing through the gate."""

    def __init__(self, gate, things):
        self.gate = gate
        self.things = iter(things)

    def __iter__(self):
        return self

    def __next__(self):
        return self.gate[next(self.things),]

    def send(self, value):
        return self.gate[self.things.send(value),]

    def throw(self, *error):
        throw = getattr(self.things, "throw", None)
        if throw is None:
            raise error[1] if len(error) > 1 and error[1] is not None else error[0]
        return self.gate[throw(*error),]

    def close(self):
        close = getattr(self.things, "close", None)
        if close is not None:
            close()
