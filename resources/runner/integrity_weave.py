"""Puts the gate's mark where a function's tree returns, yields or raises."""

import ast
import sys

from compiling import ASYNC_GENERATOR, GENERATOR

MARK = "\0gate\0"
PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")
#: Where the statements and parts of a statement are.
STATEMENTS = ("body", "orelse", "finalbody", "handlers", "cases")


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
    """`gate[value,]`: unlike an operator's, its result may be `NotImplemented`; no compiler works a tuple's place out before."""
    key = ast.Tuple([nothing(place) if value is None else value], ast.Load(), **place)
    if sys.version_info < (3, 9):
        key = ast.Index(key, **place)
    return ast.Subscript(mark(place), key, ast.Load(), **place)
