"""Finds the functions that run the target's code, however they were decorated or copied."""

import gc
import importlib
import os
import sys
from types import FunctionType

#: Who has booted with a stub of the target has found its functions already.
KNOWN = []
#: Where decorators and descriptors of the standard library keep what they wrap.
INNER = ("__func__", "fget", "fset", "fdel", "func", "__wrapped__", "_func", "real_func", "callback")
PARTS = 256


def find_functions(target):
    """All functions with the target's code; by its name first, else among all objects there are."""
    if KNOWN:
        return list(KNOWN)
    named = by_name(target)
    if len(named) == 1 and is_only_holder(named[0]):
        return named
    if not named:
        named = [thing for thing in everything() if type(thing) is FunctionType and is_target(thing, target)]
    first = max((function.__code__.co_firstlineno for function in named), default=0)
    codes = {function.__code__ for function in named if function.__code__.co_firstlineno == first}
    if gc.get_freeze_count():
        gc.unfreeze()
    copies = [thing for thing in gc.get_referrers(*codes) if type(thing) is FunctionType] if codes else []
    return [function for function in copies if function.__code__ in codes]


def everything():
    if gc.get_freeze_count():
        gc.unfreeze()
    return gc.get_objects()


def class_of(target):
    """What stands where the target's name leads to."""
    return next(places_of(target), None)


def places_of(target):
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == target["file"]:
            thing = module
            for part in target["qualifiedName"].split("."):
                thing = getattr(thing, "__dict__", {}).get(part)
            yield thing


def is_only_holder(function):
    """Whether no copy of a function, and no code around it, holds its code: a look through all objects finds no more."""
    return sys.getrefcount(function.__code__) == ONE_HOLDER


def references_of_one():
    def function():
        pass

    once = FunctionType(function.__code__.replace(co_name="once"), {})
    return sys.getrefcount(once.__code__)


def import_module_of(target, source_root, import_paths):
    """A module that only the tests themselves would import is imported before them."""
    if any(getattr(module, "__file__", None) == target["file"] for module in list(sys.modules.values())):
        return
    for path in import_paths:
        name = os.path.relpath(target["file"], os.path.join(source_root, path))
        parts = os.path.splitext(name)[0].split(os.sep)
        if all(part.isidentifier() for part in parts):
            try:
                importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
            except BaseException:
                # The tests will say so.
                pass
            return


def is_target(function, target):
    code = function.__code__
    is_there = code.co_firstlineno <= target["line"] and code.co_filename == target["file"]
    return is_there and code.co_name == target["name"]


def by_name(target):
    """Through the module and the classes that hold it, and what is wrapped in what stands there."""
    return [one for thing in places_of(target) for one in functions_in(thing) if is_target(one, target)]


def functions_in(thing):
    """What a name leads to: decorators and descriptors keep what they wrap in attributes and closures."""
    waiting, seen = [thing], {}
    while waiting and len(seen) < PARTS:
        thing = waiting.pop()
        if thing is None or id(thing) in seen:
            continue
        seen[id(thing)] = thing
        waiting += [getattr_quietly(thing, name) for name in INNER]
        if type(thing) is FunctionType:
            yield thing
            waiting += contents_of(thing)


def contents_of(function):
    return [cell.cell_contents for cell in function.__closure__ or () if cell != EMPTY]


def getattr_quietly(thing, name):
    """An attribute of a wrapper, without code of the wrapped."""
    try:
        return object.__getattribute__(thing, name)
    except Exception:
        return None


def empty_cell():
    if False:
        value = None
    return (lambda: value).__closure__[0]


EMPTY = empty_cell()
#: What `getrefcount` says of code that only one function holds.
ONE_HOLDER = references_of_one()
