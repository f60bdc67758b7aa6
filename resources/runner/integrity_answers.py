"""What can be said of an answer without running any code of it: what it is, and who decides what it equals.

A candidate may find out which of its runs is the sabotaged one, from the number of its process or from a clock. So its
first answer, given before the runs differ in anything else, must be of the same kind in all of them; and an answer that
decides by the candidate's own code what it equals, or leaves such a thing behind, is noticed in the run that counts.
"""

from types import FunctionType

from integrity_garbage import HEAP_TYPE, ITEMS, type_flags

COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__")
#: Methods of the interpreter's own types, and the mark that there is none.
BUILT_IN = (type(object.__eq__), type(len), type(None))
order_of = type.__dict__["__mro__"].__get__
names_of = type.__dict__["__dict__"].__get__
name_of = type.__dict__["__qualname__"].__get__
PLAIN = (list, tuple, set, frozenset)
HOLDERS = ((dict, dict.values), *((kind, kind.__iter__) for kind in PLAIN))


def compares_itself(values, owns):
    """Whether one of these, or what it holds, is compared by code that `owns` is true of."""
    return any(is_compared_by(type(part), owns) for value in values for part in parts_of(value, 3))


def parts_of(value, depth):
    """It, the values of its attributes, and what plain containers hold: the first and the last of it."""
    yield value
    if depth:
        for held in held_by(value):
            for item in held if len(held) <= 2 * ITEMS else held[:ITEMS] + held[-ITEMS:]:
                yield from parts_of(item, depth - 1)


def held_by(value):
    order = order_of(type(value))
    for kind, items_of in HOLDERS:
        # `isinstance` would ask the value for its class, and wake up what is lazy.
        if kind in order:
            yield list(items_of(value))
            break
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except Exception:
        return
    if type(attributes) is dict:
        yield list(attributes.values())


def is_compared_by(kind, owns):
    for base in order_of(kind):
        if not type_flags(base) & HEAP_TYPE:
            continue
        for name in COMPARISONS:
            method = names_of(base).get(name)
            if type(method) is FunctionType:
                if owns(method.__code__):
                    return True
            elif not isinstance(method, BUILT_IN):
                return True
    return False


def kind_of(value, depth=2):
    """The names of its type and of the types in it; nothing of what it says."""
    name = name_of(type(value))
    if depth and type(value) in (*PLAIN, dict):
        items = list(value.values() if type(value) is dict else value)[:ITEMS]
        kinds = [kind_of(item, depth - 1) for item in items]
        # The order of a set is nobody's choice.
        return "%s(%s)" % (name, ",".join(kinds if type(value) in (list, tuple) else sorted(kinds)))
    return name
