"""Says when the target looks at what called it, or searches all there is: traps in types that are made in C.

There are many ways to come by a frame, by a library's detour, too, and not all raise an event. But whoever has one learns
nothing from it but by its attributes.
"""

import ctypes
import gc
import sys
from types import CodeType, FrameType

from integrity_events import DEPTH, OURS
from integrity_kinds import name_of, number_of

FRAME_PARTS = ("f_back", "f_code", "f_locals", "f_globals")
back_of = FrameType.__dict__["f_back"].__get__
code_of = FrameType.__dict__["f_code"].__get__


def set_traps(watch):
    """For good; what C code reads goes past them."""
    getframe = sys._getframe

    def see_frame(frame, name):
        reader = getframe(2)
        if is_outside(watch, frame, reader, name):
            watch.tell_read("frames", name, frame)
        elif name == "f_locals" and is_aside(watch, frame, reader):
            watch.tell("aside:frames")

    def see_code(code, name):
        if watch.is_tool(code.co_filename) and watch.is_behind(getframe(2)):
            watch.tell("internals")

    def see_class(kind, name):
        if (kind is object or number_of(kind) in watch.leads) and watch.is_below(getframe(2)):
            watch.tell_read("classes", name_of(kind), getframe(2))

    put(FrameType, FRAME_PARTS, see_frame)
    put(CodeType, ("co_consts",), see_code)
    put(type, ("__subclasses__",), see_class)


def is_outside(watch, frame, reader, name):
    """Whether the target, or somebody for it, reads a frame that called it; of one that runs no more, its variables count."""
    is_behind, depth = False, 0
    while reader is not None and depth < DEPTH:
        if reader is frame:
            return is_behind and not watch.owns(code_of(frame))
        is_behind = is_behind or watch.owns(code_of(reader))
        reader, depth = back_of(reader), depth + 1
    return is_behind and name == "f_locals" and watch.is_tool(code_of(frame).co_filename)


def is_aside(watch, frame, reader):
    """Whether the variables of a test are read while it runs, which is of use to nobody but the target."""
    is_heard = watch.hears_asides() and code_of(reader).co_filename not in OURS
    return is_heard and watch.is_test(code_of(frame).co_filename)


def put(kind, names, see):
    """A built-in type takes no attributes, but the dictionary that it keeps its own in does."""
    attributes = next(one for one in gc.get_referents(kind.__dict__) if type(one) is dict)
    for name in names:
        attributes[name] = trap(attributes[name], name, see)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def trap(original, name, see):
    get, set_to = original.__get__, getattr(original, "__set__", None)

    def unbound(instance):
        see(instance, name)
        return original(instance)

    class Method:
        __slots__ = ()

        def __get__(self, instance, owner=None):
            if instance is None:
                return self if set_to else unbound
            see(instance, name)
            return get(instance, owner)

    class Attribute(Method):
        __slots__ = ()

        def __set__(self, instance, value):
            set_to(instance, value)

    return Attribute() if set_to else Method()
