"""What can be said of an answer without running any code of it: what it is, and who decides what it equals.

A candidate may find out which of its runs is the sabotaged one, from the number of its process or from a clock. So its
first answer, given before the runs differ in anything else, must be of the same kind in all of them; and an answer that
decides by the candidate's own code what it equals, or leaves such a thing behind, is noticed in the run that counts.
"""

from gc import get_referents
from types import CodeType, FunctionType, MappingProxyType, ModuleType, SimpleNamespace
from _weakref import CallableProxyType, ProxyType, ReferenceType

from integrity_find import contents_of
from integrity_garbage import HEAP_TYPE, ITEMS, type_flags
from integrity_kinds import Kinds, all_types, is_at_its_place, name_of, names_of, order_of

COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__")
#: Kinds of methods that types made in C have, and how each tells its name.
BUILT_IN = {kind: kind.__dict__["__name__"].__get__ for kind in (type(object.__eq__), type(dict.__contains__))}
bases_of = type.__dict__["__bases__"].__get__
OWN = "own_comparison"
#: What nothing leads on from, or too much.
ATOMS = frozenset((str, bytes, bool, int, float, complex, type(None), type, ModuleType, FunctionType, CodeType, type(len)))
#: A chain of so many links is as deep as one step into something wider.
LINK = 1 / 8
SLOT = type(FunctionType.__globals__)
arguments_of = BaseException.__dict__["args"].__get__
#: What may make a wrong number a right one.
ARITHMETIC = ("__sub__", "__rsub__", "__abs__", "__round__", "__bool__", "__len__", "__float__", "__int__", "__index__")
#: A kind of these that is the target's own may be read otherwise than it is.
VALUES = (str, bytes, int, float, complex, list, tuple, dict, set, frozenset)
PLAIN = (list, tuple, set, frozenset)
#: Made in C, and equal to what the thing behind them is equal to.
STAND_INS = (MappingProxyType, ProxyType, CallableProxyType, ReferenceType, SimpleNamespace)
STAND_INS += (type({}.keys()), type({}.items()))
HOLDERS = ((dict, dict.values), *((kind, kind.__iter__) for kind in PLAIN))


class Comparisons:
    """Notices values that are compared by code that `labels` knows as the target's, or by what was not there for it before."""

    def __init__(self, labels):
        self.labels = labels
        self.kinds = Kinds()
        # Some repositories give their classes such methods. Held, so that nothing else gets their identity.
        self.known = {
            key_of(method, name): method for kind in all_types() for name, method, _ in odd_methods(kind, labels.of)
        }

    def odd(self, values, depth=3):
        """Kinds of event, for these and what they hold."""
        kinds = {id(type(part)): type(part) for value in values for part in parts_of(value, depth)}
        bases = {id(base): base for kind in kinds.values() for base in order_of(kind)}
        own = {label for base in bases.values() for label in own_values(base, self.labels.of_value)}
        for kind in kinds.values():
            own |= says_yes(kind) | self.kinds.odd(kind, lambda code: self.labels.of_value(code, kind)) | self.stand_ins(kind)
        return own | {event for value in values for event in shadows_of(value)} | {
            event
            for base in bases.values()
            for name, method, event in odd_methods(base, self.labels.of)
            if event.startswith(OWN) or key_of(method, name) not in self.known
        }

    def odd_error(self, error):
        """The same for an exception; one of a kind made for it, that is of several others, is whichever a test waits for."""
        bases = [base for base in order_of(type(error)) if len(bases_of(base)) > 1]
        is_made = any(self.kinds.is_new(base) or not is_at_its_place(base) for base in bases)
        return self.odd((error,)) | ({"exception_of_many_kinds"} if is_made else set())

    def stand_ins(self, kind):
        """What is compared, or looked at, as what is behind it."""
        return {"stand_in:%s" % name_of(kind)} if is_among(kind, STAND_INS) else set()


def says_yes(kind):
    """A library's class may be equal to everything, too: its method asks for nothing."""
    for base in order_of(kind):
        method = names_of(base).get("__eq__")
        if type(method) is FunctionType and not method.__code__.co_names and True in method.__code__.co_consts:
            return {"equal_to_all"}
    return set()


def key_of(method, name):
    """A function that is made anew for each class is the same by its code and the built-in functions that it calls on."""
    if type(method) is not FunctionType:
        return name, id(method)
    return name, id(method.__code__), tuple(id(thing) for thing in contents_of(method) if type(thing) is type(len))


def parts_of(value, depth):
    """It, and what it holds: the first and the last of it. What wraps one thing only may do so often."""
    yield value
    if depth > 0 and type(value) not in ATOMS:
        held = held_by(value)
        for item in held if len(held) <= 2 * ITEMS else held[:ITEMS] + held[-ITEMS:]:
            yield from parts_of(item, depth - (1 if len(held) > 1 else LINK))


def held_by(value):
    """Its items, arguments, attributes and slots; of what is made in C and has none, what it refers to."""
    order = order_of(type(value))
    held = [*attributes_of(value).values(), *slots_of(value, order)]
    for kind, items_of in HOLDERS:
        # `isinstance` would ask the value for its class, and wake up what is lazy.
        if is_among(kind, order):
            return [*items_of(value), *held]
    if is_among(BaseException, order):
        return [*arguments_of(value), *held]
    return held or [one for one in get_referents(value) if type(one) not in ATOMS and not is_among(type, order_of(type(one)))]


def slots_of(value, order):
    """What is in the slots of classes that Python made."""
    for kind in order:
        if type_flags(kind) & HEAP_TYPE:
            for slot in names_of(kind).values():
                if type(slot) is SLOT:
                    try:
                        yield slot.__get__(value)
                    except AttributeError:
                        continue


def odd_methods(kind, label):
    """Those that compare and were not written as what they are, or by the target: name, method, kind of event."""
    if type_flags(kind) & HEAP_TYPE:
        names = names_of(kind)
        for name in COMPARISONS:
            method = names.get(name)
            event = None if method is None else odd_method(method, name, lambda code: label(code, kind))
            if event is not None:
                yield name, method, event


def own_values(kind, label):
    """Labels of what the target has written of how something of this kind answers in the place of a plain value."""
    if not type_flags(kind) & HEAP_TYPE:
        return set()
    names, is_value = names_of(kind), any(is_among(value, order_of(kind)) for value in VALUES)
    methods = list(names.values()) if is_value else [names.get(name) for name in ARITHMETIC]
    return {label(method.__code__, kind) for method in methods if type(method) is FunctionType} - {None}


def is_among(kind, kinds):
    """`in` would ask the kind's own kind what it equals."""
    return any(one is kind for one in kinds)


def shadows_of(value):
    """Methods of its class that it has something else of its own for."""
    attributes = attributes_of(value)
    for name in list(attributes)[:ITEMS]:
        if any(type(names_of(kind).get(name)) is FunctionType for kind in order_of(type(value))):
            yield "shadowed:%s" % name


def attributes_of(value):
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except Exception:
        return {}
    return attributes if type(attributes) is dict else {}


def odd_method(method, name, label):
    kind = type(method)
    if kind is FunctionType:
        code = method.__code__
        if label(code) is not None:
            return label(code)
        return None if code.co_name == name else "comparison:%s by %a" % (name, code.co_name)
    if kind not in BUILT_IN:
        return "comparison:%s by %a" % (name, name_of(kind))
    told = BUILT_IN[kind](method)
    return None if told == name else "comparison:%s by %s" % (name, told)


def kind_of(value, depth=2):
    """The names of its type and of the types in it; nothing of what it says."""
    name = name_of(type(value))
    if depth and type(value) in (*PLAIN, dict):
        items = list(value.values() if type(value) is dict else value)[:ITEMS]
        kinds = [kind_of(item, depth - 1) for item in items]
        # The order of a set is nobody's choice.
        return "%s(%s)" % (name, ",".join(kinds if type(value) in (list, tuple) else sorted(kinds)))
    return name
