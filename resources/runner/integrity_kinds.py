"""Types that were not there before the target ran, and what such a type may have of its own when a value of it leaves."""

import sys
from types import FunctionType

from integrity_garbage import HEAP_TYPE, type_flags

names_of = type.__dict__["__dict__"].__get__
name_of = type.__dict__["__qualname__"].__get__
order_of = type.__dict__["__mro__"].__get__
#: From before there is a trap in it, which would look at each call.
kinds_of = type.__subclasses__
#: As `id`, which would raise an event for each of thousands; and no code of a class of classes is run.
number_of = object.__hash__
#: Kinds of methods that types made in C have.
BUILT_IN = (type(object.__eq__), type(dict.__contains__), type(object.__dict__["__class__"]), type(FunctionType.__globals__))
#: What a class that somebody makes for a value may have: none of these decides alone what the value equals.
HARMLESS = frozenset(
    "__%s__" % name
    for name in (
        "module doc qualname dict weakref slots annotations annotate annotate_func annotations_cache static_attributes "
        "firstlineno match_args orig_bases parameters type_params dataclass_fields dataclass_params classcell "
        "abstractmethods init new post_init init_subclass set_name class_getitem call repr str iter next aiter anext await "
        "enter exit aenter aexit getitem missing getattr reduce reduce_ex getnewargs getnewargs_ex getstate setstate "
        "copy deepcopy replace"
    ).split()
)


class Kinds:
    """What there is before the target runs: held, so that nothing else gets its identity."""

    def __init__(self):
        self.known = {number_of(kind): kind for kind in all_types()}
        self.modules = dict.fromkeys(sys.modules)

    def is_new(self, kind):
        return bool(type_flags(kind) & HEAP_TYPE) and number_of(kind) not in self.known and not self.came_by_import(kind)

    def came_by_import(self, kind):
        """With a module from a file that was loaded since, and with functions of that file only."""
        names = names_of(kind)
        name, place = names.get("__module__"), name_of(kind)
        if type(name) is not str or name in self.modules or not is_at_its_place(kind):
            return False
        files = (getattr(sys.modules[name], "__file__", None), "<string>")
        methods = [(name, value) for name, value in names.items() if type(value) is FunctionType]
        return all(
            method.__code__.co_filename in files and method.__qualname__ == "%s.%s" % (place, name)
            for name, method in methods
        )

    def odd(self, kind, label):
        """Kinds of event for what a new type decides itself; `label` knows the target's code."""
        found = set()
        for base in order_of(kind):
            if self.is_new(base):
                found.update(self.odd_parts(base, label))
        return found

    def odd_parts(self, kind, label):
        others = order_of(kind)[1:]
        for name, value in names_of(kind).items():
            if name.startswith("__") and name.endswith("__"):
                if name not in HARMLESS and not is_its_own(value, kind, label):
                    yield "own_kind:" + name
            elif any(name in names_of(other) for other in others) and is_made_for_it(value, label):
                yield "own_kind"


def is_its_own(value, kind, label):
    """A part of a type made in C, or what a library has written for it; and what forbids to be hashed decides nothing."""
    if type(value) in (classmethod, staticmethod):
        value = value.__func__
    if type(value) is FunctionType:
        return label(value.__code__) is None and not is_borrowed(value, kind)
    return value is None or (type(value) in BUILT_IN and getattr(value, "__objclass__", None) is kind)


def is_borrowed(function, kind):
    """Whether it is a method of another class."""
    thing, holder = sys.modules.get(function.__module__), None
    for name in str(function.__qualname__).split("."):
        thing, holder = names_in(thing).get(name), thing
    return thing is function and isinstance(holder, type) and holder is not kind


def is_made_for_it(value, label):
    """A method of the target's, or something of a library's that is called in the place of one."""
    if type(value) is FunctionType:
        return label(value.__code__) is not None
    return callable(value) and type(value) not in (classmethod, staticmethod) and not issubclass(type(value), type)


def is_at_its_place(kind):
    thing = sys.modules.get(kind.__module__)
    for name in str(name_of(kind)).split("."):
        thing = names_in(thing).get(name)
    return thing is kind


def names_in(thing):
    """Of a class or a module, past our own traps in it."""
    if issubclass(type(thing), type):
        return names_of(thing)
    try:
        return object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}


def all_types():
    seen, waiting = {}, [object]
    while waiting:
        kind = waiting.pop()
        number = number_of(kind)
        if number not in seen:
            seen[number] = kind
            waiting += kinds_of(kind)
    return seen.values()
