"""Says when the target looks at what only tests and their framework know: their modules and classes.

Reading an attribute raises no audit event, so these modules and classes get a type that sees it.
"""

import sys
from types import ModuleType

from integrity_answers import attributes_of
from integrity_events import DEPTH, LIBRARIES
from integrity_kinds import names_of, number_of, order_of
from integrity_tools import is_of
from integrity_types import put

MISSING = object()
SIGNAL_NAMES = {"signal", "setitimer", "alarm", "raise_signal", "pthread_kill", "__dict__"}


def set_traps(tools, watch):
    """Traps in the framework's modules, in `signal`, and in the tests' modules and classes."""
    tests = {id(module) for module in tools.test_modules}
    watch.guard(module.__file__ for module in tools.test_modules if getattr(module, "__file__", None))
    for name, module in list(sys.modules.items()):
        if type(module) is not ModuleType:
            continue
        if id(module) in tests:
            put_decoy(name, module, watch, "reads:tests")
        elif name.partition(".")[0] in LIBRARIES:
            put_decoy(name, module, watch, "ctypes")
        elif is_of(name, tools.names):
            module.__class__ = module_type(watch, "reads:framework")
        elif name in ("signal", "_signal"):
            module.__class__ = signal_type(watch)
    for cls in dict.fromkeys(part for one in tools.test_classes for part in order_of(one)):
        if cls is not object and not is_of(cls.__module__, tools.names):
            trap_attributes(cls, watch)
    kinds = [*tools.test_classes, *tools.judges]
    watch.leads = {number_of(part) for kind in kinds for part in order_of(kind) if part is not object}
    trap_holders(tools.holders, watch)


def put_decoy(name, module, watch, kind):
    """It holds nothing itself, so that nothing is found in it by who goes past its type."""
    decoy = module_type(watch, kind, module)(name)
    module.__class__ = module_type(watch, kind)
    sys.modules[name] = decoy
    parent, _, last = name.rpartition(".")
    if parent and vars(sys.modules[parent]).get(last) is module:
        setattr(sys.modules[parent], last, decoy)


def module_type(watch, kind, real=None):
    """`real`: the module whose attributes these are, where it is another."""
    read, write, delete = ModuleType.__getattribute__, ModuleType.__setattr__, ModuleType.__delattr__
    getframe = sys._getframe

    def look(module, name):
        if watch.asks(getframe(2), name):
            watch.tell_read(kind, name, getframe(2))
        return real or module

    class Module(ModuleType):
        def __getattribute__(self, name):
            return read(look(self, name), name)

        def __setattr__(self, name, value):
            write(look(self, name), name, value)

        def __delattr__(self, name):
            delete(look(self, name), name)

    return disguise(Module, ModuleType)


def signal_type(watch):
    read, getframe = ModuleType.__getattribute__, sys._getframe

    class Module(ModuleType):
        def __getattribute__(self, name):
            if name in SIGNAL_NAMES:
                frame, depth = getframe(1), 0
                while frame is not None and depth < DEPTH:
                    if watch.owns(frame.f_code):
                        watch.tell("signals")
                        break
                    frame, depth = frame.f_back, depth + 1
            return read(self, name)

    return disguise(Module, ModuleType)


def trap_attributes(cls, watch):
    """A class cannot be given another type, but what it holds can tell who asks for it."""
    getframe = sys._getframe

    def trap(name, value):
        bind = getattr(type(value), "__get__", None)

        class Attribute:
            __slots__ = ()

            def __get__(self, instance, owner=None):
                # The framework, too, may not have the target run a test: it asks the class for it by its name.
                if watch.is_below(getframe(1)):
                    watch.tell_read("reads:tests", name, getframe(1))
                return value if bind is None else bind(value, instance, owner)

        return Attribute()

    for name, value in list(vars(cls).items()):
        if not name.startswith("_") and not hasattr(type(value), "__set__"):
            setattr(cls, name, trap(name, value))


def trap_holders(holders, watch):
    """These hold the tests. Who goes past a class's own reader still meets what has the attribute's name in the class."""
    getframe = sys._getframe

    def see(holder, name):
        if watch.asks(getframe(2), name):
            watch.tell_read("reads:framework", name, getframe(2))

    names, spaces = {}, {}
    for holder in holders:
        names.setdefault(type(holder), {}).update(dict.fromkeys(attributes_of(holder)))
    for kind in names:
        spaces.update((part, names_of(part)["__dict__"]) for part in order_of(kind) if "__dict__" in names_of(part))
    for kind, found in names.items():
        space_of = next(spaces[part] for part in order_of(kind) if part in spaces).__get__
        for name in found:
            known = next((names_of(part)[name] for part in order_of(kind) if name in names_of(part)), MISSING)
            if not hasattr(type(known), "__set__"):
                setattr(kind, name, held(name, known, space_of, see))
    for kind in spaces:
        put(kind, ("__dict__",), see)


def held(name, known, space_of, see):
    """An attribute of instances, whose class may have a `known` one by its name."""
    bind = getattr(type(known), "__get__", None)

    class Attribute:
        __slots__ = ()

        def __get__(self, instance, owner=None):
            if instance is None:
                return self if known is MISSING else known
            see(instance, name)
            values = space_of(instance)
            if name in values:
                return values[name]
            if known is MISSING:
                raise AttributeError(name)
            return known if bind is None else bind(known, instance, owner)

        def __set__(self, instance, value):
            space_of(instance)[name] = value

        def __delete__(self, instance):
            if space_of(instance).pop(name, MISSING) is MISSING:
                raise AttributeError(name)

    return Attribute()


def disguise(kind, original):
    kind.__name__ = kind.__qualname__ = original.__name__
    kind.__module__ = "builtins"
    return kind
