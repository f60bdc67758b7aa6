"""Whose code decides what a value equals: the target's own has a label, and the reference's labels are known."""

import ast
from hashlib import md5
from types import CodeType

from integrity_answers import OWN
from integrity_find import class_of
from integrity_gate import read_definition


class Labels:
    """For a whole class, which may well have such code, they say where in it that is."""

    def __init__(self, watch):
        self.watch = watch
        self.kind, self.places = None, {}
        if watch.is_class:
            self.kind = class_of(watch.target)
            self.places = places_of(watch.target)

    def of(self, code, holder):
        """Of code that compares, `holder` being the class that has it; None for what is not the target's own."""
        if self.watch.is_aside(code):
            # Tests make such code, too: theirs is the same whoever the candidate is.
            return "%s:%s" % (OWN, digest_of(code))
        if not self.watch.is_class:
            return OWN if self.watch.has_made(code) else None
        if not self.watch.owns(code):
            return None
        place = self.places.get(code.co_firstlineno, "elsewhere")
        return "%s:%s%s" % (OWN, place, "" if holder is self.kind else "@")

    def of_value(self, code, holder):
        """Of any code of what is taken for a plain value; how the class itself is one is its own matter."""
        if holder is self.kind and self.watch.is_class:
            return None
        label = self.of(code, holder)
        return label if label is None or "." not in label else label.rpartition(".")[0] + "@"


def digest_of(code):
    constants = [repr(one) for one in code.co_consts if type(one) not in (CodeType, frozenset)]
    return md5(repr((code.co_code, code.co_names, constants)).encode("utf-8", "backslashreplace")).hexdigest()[:12]


def places_of(target):
    try:
        return dict(names_in(read_definition(target), target["name"]))
    except SyntaxError:
        return {}


def names_in(definition, name):
    """Qualified names of functions by their first lines, decorators among them."""
    for node in ast.iter_child_nodes(definition):
        inner = "%s.%s" % (name, node.name) if hasattr(node, "name") and isinstance(node, ast.stmt) else name
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield min([node.lineno, *(one.lineno for one in node.decorator_list)]), inner
        yield from names_in(node, inner)
