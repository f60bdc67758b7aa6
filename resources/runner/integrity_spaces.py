"""Namespaces that tests and what judges them look into, as they were before the first test; compared by identity."""

import builtins
import gc
import os
import sys
from array import array
from _operator import is_ as is_same
from functools import lru_cache, partial
from itertools import chain
from types import FunctionType

import dict_versions
from integrity_answers import attributes_of
from integrity_kinds import name_of, names_of, order_of

# Our own view of the built-in functions: what compares them must not be theirs to change.
__builtins__ = dict(__builtins__)
#: Modules of the standard library that tests and their framework compare through, where they have been loaded.
LIBRARY = (
    *("collections", "copy", "datetime", "decimal", "difflib", "enum", "fractions", "functools", "html", "html.parser"),
    *("io", "itertools", "json", "json.decoder", "json.encoder", "math", "numbers", "operator", "pickle", "pprint", "re"),
    *("string", "time", "xml.dom.minidom", "xml.etree.ElementTree"),
)
LIBRARY_FOLDER = os.path.dirname(os.__file__) + os.sep
#: Descriptors that hold nothing that could be exchanged; functions tell that themselves, by an event.
UNCHANGING = (object.__eq__, str.join, type.__dict__["__mro__"], FunctionType.__dict__["__code__"], dict.__dict__["fromkeys"])
# What a cache holds is its own matter.
UNCHANGING = (FunctionType, *map(type, (*UNCHANGING, lru_cache(maxsize=1)(len))))


class Space:
    """A namespace as it was when it was looked at last."""

    def __init__(self, name, owner, is_judge=False, is_seen=False):
        """`owner`: the module or class whose namespace it is."""
        self.owner = owner
        self.hold(name, vars(owner), owner if issubclass(type(owner), type) else None)
        #: Of what judges tests; of the repository or a library, and known to tests. Else it is the tests' own.
        self.is_judge = is_judge
        self.is_seen = is_seen

    def hold(self, name, values, kind):
        self.name, self.values, self.kind = name, values, kind
        self.place = dict_versions.place_of_version(values)
        self.remember()

    def may_have_changed(self):
        """Going through the values would write to each of them, and a fork pays for every page that it writes to."""
        if self.place is not None:
            return self.number() != self.number_before
        return not self.is_as_before(self.values)

    def is_as_before(self, values):
        before = self.before.values()
        return len(values) == len(before) and all(map(is_same, values.values(), before))

    def number(self):
        return None if self.place is None else dict_versions.version_at(self.place)

    def remember(self):
        self.before = dict(self.values)
        self.number_before = self.number()

    def forget_changes(self):
        """Those after which it is what it was."""
        if self.number() != self.number_before and self.is_as_before(self.values):
            self.number_before = self.number()

    def is_worth_telling(self, key, now, common):
        """In a class of tests only what was there, or what hides something of the framework, is of interest."""
        before, is_new_function = self.before, is_function(now.get(key))
        if key == "__dict__":
            # Nobody can change it but our traps.
            return False
        if key in before:
            return is_function(before[key]) or (is_new_function and not self.is_seen)
        return is_new_function and (self.is_judge or self.hides(key) if self.is_judge or self.is_seen else key in common)

    def hides(self, key):
        """Whether what is new takes the place of something: of a base's, or of what Python itself does."""
        if is_special(key):
            return True
        if self.kind is None:
            return key in vars(builtins)
        return any(key in names_of(base) for base in order_of(self.kind)[1:])


class Inside(Space):
    """What a descriptor of a class holds: it is where the class's values come from."""

    is_judge = is_seen = False

    def __init__(self, name, values, kind):
        self.hold(name, values, kind)

    def is_worth_telling(self, key, now, common):
        if key in self.before:
            return True
        return any(type(names_of(base).get(key)) is FunctionType for base in order_of(self.kind))


class Insides:
    """What descriptors hold in slots; `spaces` are the namespaces of those that have one."""

    def __init__(self, spaces):
        found = {id(value): (name, value) for name, value in descriptors(spaces)}
        self.names = [name for name, _ in found.values()]
        self.things = [value for _, value in found.values()]
        # A look into a namespace may make it: what is held is counted after that.
        self.spaces = [Inside(name, values, type(thing)) for name, thing, values in self.with_namespaces()]
        self.places = [place for thing in self.things for place in dict_versions.places_of_parts(thing)]
        self.remember()

    def with_namespaces(self):
        for name, thing in zip(self.names, self.things):
            values = attributes_of(thing)
            if values and type(thing) not in (staticmethod, classmethod, property):
                yield name, thing, values

    def remember(self):
        self.each = [gc.get_referents(thing) for thing in self.things]
        self.flat = list(chain.from_iterable(self.each))
        self.words = words_at(self.places)

    def changed(self):
        """Names of those that hold something else than they did at the last look."""
        if words_at(self.places) == self.words:
            return []
        now = gc.get_referents(*self.things)
        if len(now) == len(self.flat) and all(map(is_same, now, self.flat)):
            return []
        before = self.each
        self.remember()
        pairs = zip(self.names, before, self.each)
        return [name for name, old, new in pairs if list(map(id, old)) != list(map(id, new))]


def words_at(places):
    return array("Q", map(dict_versions.version_at, places))


class Shapes:
    """What classes and modules are instances of, and what classes inherit from."""

    def __init__(self, spaces):
        self.owners = [(space.name, space.owner) for space in spaces]
        self.things = [owner for _, owner in self.owners]
        self.classes = [space.kind for space in spaces if space.kind is not None]
        parts = [(thing, type(thing)) for thing in self.things] + [(kind, order_of(kind)) for kind in self.classes]
        self.places = [dict_versions.place_of_part(thing, part) for thing, part in parts]
        self.remember()

    def remember(self):
        self.kinds, self.orders = list(map(type, self.things)), list(map(order_of, self.classes))
        self.words = None if None in self.places else words_at(self.places)

    def changed(self):
        """To take a class in hand would write to it, and a fork pays for that."""
        if self.words is not None and words_at(self.places) == self.words:
            return []
        kinds, orders = self.kinds, self.orders
        are_same = all(map(is_same, map(type, self.things), kinds))
        if are_same and all(map(is_same, map(order_of, self.classes), orders)):
            return []
        self.remember()
        changed = [name + ".__class__" for (name, _), old, new in zip(self.owners, kinds, self.kinds) if old is not new]
        names = map(name_of, self.classes)
        return changed + [name + ".__bases__" for name, old, new in zip(names, orders, self.orders) if old is not new]


def descriptors(spaces):
    """By their names, those of classes, and what holds a function for others."""
    known = dict.fromkeys(UNCHANGING, False)
    for space in spaces:
        for key, value in space.before.items():
            kind = type(value)
            if kind not in known:
                known[kind] = kind is partial or (hasattr(kind, "__get__") and not issubclass(kind, type))
            if known[kind] and not is_special(str(key)):
                yield "%s.%s" % (space.name, key), value


def owners_named(things):
    """Modules and classes by their names, the classes in modules with all that they inherit from and are instances of."""
    for thing in things:
        if isinstance(thing, type):
            yield from classes_named(order_of(thing))
        else:
            yield thing.__name__, thing
            kinds = [kind for kind in list(vars(thing).values()) if issubclass(type(kind), type)]
            kinds += {type(kind): None for kind in kinds}
            yield from classes_named({part: None for kind in kinds for part in order_of(kind)})


def classes_named(kinds):
    for kind in kinds:
        if kind.__module__ != "builtins":
            yield "%s.%s" % (kind.__module__, kind.__qualname__), kind


def library_of(modules):
    """Modules of the standard library that tests compare through, and its classes that tests have at hand."""
    yield from (sys.modules[name] for name in LIBRARY if name in sys.modules)
    for module in modules:
        for value in list(vars(module).values()):
            if issubclass(type(value), type):
                file = getattr(sys.modules.get(value.__module__), "__file__", None) or ""
                if file.startswith(LIBRARY_FOLDER) and "site-packages" not in file:
                    yield value


def is_function(value):
    return callable(value) or hasattr(type(value), "__get__")


def is_special(key):
    return key[:2] == "__" == key[-2:]
