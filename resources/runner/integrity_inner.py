"""A gate in the functions that the target makes: they are its own matter while it is at work, and no longer."""

import ast
import sys

from compiling import ASYNC_GENERATOR, GENERATOR
from integrity_kinds import HARMLESS
from integrity_types import back_of, code_of
from integrity_weave import INNER_MARK, Each, Weaver, giver, place_of, through

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Lambda)


class InnerGate:
    """What stands in their code in the place of the inner mark."""

    def __init__(self, gate):
        self.gate = gate

    def __and__(self, arguments):
        """One was called. Which of a value's questions it answers itself is its kind's choice, and the reference's."""
        frame = sys._getframe(1)
        name = code_of(frame).co_name
        if is_special(name) and not self.gate.is_behind(back_of(frame)):
            self.gate.report("late:" + name)

    def __getitem__(self, answer):
        (value,) = answer
        if type(value) not in NUMBERS and not self.gate.is_behind(back_of(giver(sys._getframe(1)))):
            for kind in self.gate.odd_comparisons((value,)):
                self.gate.report(kind)
        return value

    def __matmul__(self, things):
        return Each(self, things)

    def __lt__(self, nothing):
        return False


def weave_inner(definition):
    """Puts the inner mark into each function of a function's tree."""
    for node in list(ast.walk(definition)):
        if node is not definition:
            weave_function(node, INNER_MARK)


def weave_function(node, *mark):
    if isinstance(node, FUNCTIONS):
        Weaver(Flags(node), *mark).weave(node)
    elif isinstance(node, ast.Lambda):
        node.body = through(place_of(node.body), node.body, *mark)


class Flags:
    """What a weaver asks of a function's code."""

    def __init__(self, node):
        has_yields = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in own_parts(node))
        kind = ASYNC_GENERATOR if isinstance(node, ast.AsyncFunctionDef) else GENERATOR
        self.co_flags = kind if has_yields else 0


def own_parts(node):
    waiting = list(node.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, SCOPES):
            waiting += ast.iter_child_nodes(part)


def is_special(name):
    return name[:2] == "__" and name[-2:] == "__" and name not in HARMLESS


NUMBERS = (bool, int, float, str, bytes, type(None))
