"""What a whole class has found or made of the process until the first test: it must be what the reference leaves.

A class statement runs at import, before traps can be set in modules that are not there yet. So what judges the tests is
described when all of it has been loaded, and a description that the reference's differs from counts against the class.
"""

import builtins
import gc
import sys
from _signal import ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL, getitimer
from _thread import _count as count_threads
from functools import partial, partialmethod
from hashlib import md5
from importlib import _bootstrap, _bootstrap_external
from types import CodeType, FunctionType, MethodType, ModuleType

from integrity_harness import handlers, namespaces, seen_by_tests
from integrity_kinds import name_of
from integrity_spaces import owners_named
from integrity_tools import is_of

DEPTH = 4
ITEMS = 4096
WRAPPERS = (staticmethod, classmethod, MethodType)
#: Given to classes by whoever looks at them, and to modules by warnings, in no order of anybody's; and what a class of the
#: standard library keeps of its process's environment.
FLEETING = (
    *("__abstractmethods__", "_abc_impl", "__weakref__", "__dict__", "__doc__", "__annotations__"),
    *("__warningregistry__", "os_environ"),
)


def describe_world(tools, watch):
    """Kinds of event, one for each part of it."""
    parts = {
        "tests": (*spaces_of(tools.test_modules), *namespaces(tools, ())),
        "framework": spaces_of(framework(tools)),
        "imports": spaces_of((builtins, _bootstrap, _bootstrap_external)),
        "repository": seen_by_tests(tools, watch.file),
    }
    describe = Describer(watch)
    for name, spaces in parts.items():
        yield "imported:%s:%s" % (name, digest(sorted(describe.spaces(dict(spaces)))))
    yield "imported:process:%s" % digest(describe.process())


def framework(tools):
    found = [module for name, module in list(sys.modules.items()) if is_framework(name, module, tools)]
    return [*tools.modules, *found]


def is_framework(name, module, tools):
    """Not what the standard library has of it: a zygote has loaded more."""
    return isinstance(module, ModuleType) and is_of(name, [one for one in tools.names if one != "unittest"])


def spaces_of(modules):
    return list(owners_named(modules))


def digest(lines):
    return md5("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()[:12]


class Describer:
    """Says of values what is the same in every process: texts and numbers may be chance."""

    def __init__(self, watch):
        self.watch = watch
        self.codes = {}

    def spaces(self, spaces):
        for name, owner in spaces.items():
            values = vars(owner)
            if not self.is_own(values):
                for key, value in list(values.items()):
                    if key not in FLEETING:
                        yield "%s.%s=%s" % (name, key, self.say(value, DEPTH))

    def is_own(self, values):
        """Whether it is what the class statement has made."""
        codes = (getattr(value, "__code__", None) for value in values.values())
        own = values.get("__module__"), values.get("__qualname__")
        return own[0] is not None and any(code is not None and self.watch.owns(code) for code in codes)

    def process(self):
        timers = [getitimer(which)[0] > 0 for which in (ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF)]
        hooks = [sys.gettrace(), sys.getprofile(), sys.displayhook, sys.excepthook, sys.unraisablehook]
        lists = [sys.meta_path, sys.path_hooks, gc.callbacks]
        for thing in (*handlers(), *hooks):
            yield self.say(thing, 1)
        for things in lists:
            yield ",".join(self.say(thing, 1) if isinstance(thing, type) else self.by_class(thing) for thing in things)
        yield "%s %d" % (timers, count_threads())

    def by_class(self, thing):
        return self.say(thing if type(thing) is FunctionType else type(thing), 1)

    def say(self, value, depth):
        kind = type(value)
        if kind is FunctionType:
            return self.function(value, depth)
        if depth and kind in WRAPPERS:
            return "%s(%s)" % (name_of(kind), self.say(value.__func__, depth - 1))
        if depth and kind is property:
            return "property(%s)" % ",".join(self.say(part, depth - 1) for part in (value.fget, value.fset, value.fdel))
        if depth and kind in (partial, partialmethod):
            return "partial(%s)" % self.say(value.func, depth - 1)
        if depth and kind in (list, tuple):
            return "%s(%s)" % (name_of(kind), ",".join(self.say(part, depth - 1) for part in value[:ITEMS]))
        if depth and kind is dict:
            parts = list(value.items())[:ITEMS]
            return "dict(%s)" % ",".join(self.say(part, depth - 1) for pair in parts for part in pair)
        return self.named(value)

    def named(self, value):
        if isinstance(value, type) or type(value) in (type(len), ModuleType):
            module = type.__getattribute__(value, "__module__") if isinstance(value, type) else ""
            return "%s.%s" % (module, getattr(value, "__qualname__", "") or getattr(value, "__name__", ""))
        return "a " + str(name_of(type(value)))

    def function(self, value, depth):
        code = value.__code__
        if self.watch.owns(code):
            return "own"
        text = self.code(code)
        if depth:
            text += self.say(value.__defaults__, depth - 1)
            for cell in value.__closure__ or ():
                try:
                    text += self.say(cell.cell_contents, depth - 1)
                except ValueError:
                    continue
        return "function(%s)" % text

    def code(self, code):
        known = self.codes.get(id(code))
        if known is None:
            parts = [code.co_filename, code.co_name, code.co_code.hex(), repr(code.co_names)]
            parts += [self.code(one) if type(one) is CodeType else self.constant(one) for one in code.co_consts]
            known = self.codes[id(code)] = digest(parts)
        return known

    def constant(self, value):
        return name_of(type(value)) if type(value) is frozenset else repr(value)
