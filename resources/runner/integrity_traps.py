"""Says when the target looks at what only tests and their framework know: their modules and classes.

Reading an attribute raises no audit event, so these modules and classes get a type that sees it.
"""

import sys
from types import ModuleType

FRAMEWORK = ("unittest", "django.test")
SIGNAL_NAMES = {"signal", "setitimer", "alarm", "raise_signal", "pthread_kill", "__dict__"}
DEPTH = 100


def set_traps(cases, watch):
    """Traps in the framework's modules, in `signal`, and in the tests' modules and classes."""
    classes = list(dict.fromkeys(type(case) for case in cases))
    tests = {cls.__module__ for cls in classes}
    for name, module in list(sys.modules.items()):
        if type(module) is not ModuleType:
            continue
        if name in tests:
            module.__class__ = module_type(watch, "reads:tests")
        elif name.partition(".")[0] == FRAMEWORK[0] or name.startswith(FRAMEWORK[1]):
            module.__class__ = module_type(watch, "reads:framework")
        elif name in ("signal", "_signal"):
            module.__class__ = signal_type(watch)
    for cls in dict.fromkeys(part for one in classes for part in one.__mro__):
        if cls is not object and not cls.__module__.startswith(FRAMEWORK):
            trap_attributes(cls, watch)


def module_type(watch, kind):
    read, getframe = ModuleType.__getattribute__, sys._getframe

    class Module(ModuleType):
        def __getattribute__(self, name):
            if watch.owns(getframe(1).f_code):
                watch.tell(kind)
            return read(self, name)

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
                if watch.owns(getframe(1).f_code):
                    watch.tell("reads:tests")
                return value if bind is None else bind(value, instance, owner)

        return Attribute()

    for name, value in list(vars(cls).items()):
        if not name.startswith("_") and not hasattr(type(value), "__set__"):
            setattr(cls, name, trap(value))


def disguise(kind, original):
    kind.__name__ = kind.__qualname__ = original.__name__
    kind.__module__ = "builtins"
    return kind
