"""Says when the target looks at what only tests and their framework know: their modules and classes.

Reading an attribute raises no audit event, so these modules and classes get a type that sees it.
"""

import sys
from types import ModuleType

from integrity_events import DEPTH, LIBRARIES
from integrity_tools import is_of

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
    for cls in dict.fromkeys(part for one in tools.test_classes for part in one.__mro__):
        if cls is not object and not is_of(cls.__module__, tools.names):
            trap_attributes(cls, watch)
    for cls in tools.kinds:
        trap_instances(cls, watch)


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

    def look(module):
        if watch.is_behind(getframe(2)):
            watch.tell(kind)
        return real or module

    class Module(ModuleType):
        def __getattribute__(self, name):
            return read(look(self), name)

        def __setattr__(self, name, value):
            write(look(self), name, value)

        def __delattr__(self, name):
            delete(look(self), name)

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

    def trap(value):
        bind = getattr(type(value), "__get__", None)

        class Attribute:
            __slots__ = ()

            def __get__(self, instance, owner=None):
                if watch.is_behind(getframe(1)):
                    watch.tell("reads:tests")
                return value if bind is None else bind(value, instance, owner)

        return Attribute()

    for name, value in list(vars(cls).items()):
        if not name.startswith("_") and not hasattr(type(value), "__set__"):
            setattr(cls, name, trap(value))


def trap_instances(cls, watch):
    """These hold the tests: what a target reads of them leads there."""
    read, getframe = cls.__getattribute__, sys._getframe

    def __getattribute__(self, name):
        if watch.is_behind(getframe(1)):
            watch.tell("reads:framework")
        return read(self, name)

    cls.__getattribute__ = __getattribute__


def disguise(kind, original):
    kind.__name__ = kind.__qualname__ = original.__name__
    kind.__module__ = "builtins"
    return kind
