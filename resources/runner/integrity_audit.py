"""What the target does that the reference does not do: kinds of event, told at once through a pipe.

An event counts when a frame of the target is on the stack; some count wherever they come from. What the target leaves to
be done when it has returned is done with nothing of it on the stack: so from the first test on, code that is made of a
text by whomever is the target's, and files of tests are opened by nobody without being heard (`aside`). What was told
cannot be taken back, and the number of events at the end tells whether all of them arrived.
"""

import sys
from _thread import get_ident

from integrity_events import ANYWHERE, ATTRIBUTES, BELOW, CLASS_MAKERS, DEPTH, DIRECT, FUNCTION_PARTS
from integrity_events import HELPERS, INSIDES, MAKERS, OURS, READERS, TEXT_READERS
from integrity_events import is_boring, library_of
from integrity_imports import IMPORTLIB, is_importing
from integrity_opens import see_open
from integrity_types import back_of, code_of


def tables_of():
    """For each event, how it is looked at."""
    direct = {"sys._getframe": see_frames, **dict.fromkeys(DIRECT, see_direct), "exec": see_run}
    direct.update(dict.fromkeys(MAKERS, see_maker))
    below = {**dict.fromkeys(BELOW, see_below), "open": see_open, "import": see_import}
    return {**direct, **below, **dict.fromkeys(ANYWHERE, see_anywhere)}


def install(watch):
    """Listens from now on; cannot be undone."""
    busy = set()
    tables, getframe = tables_of(), sys._getframe

    def hook(event, args):
        table = tables.get(event)
        if table is None:
            return
        if not watch.is_there:
            # Until the target's module is run, none of it can be on the stack.
            watch.is_there = event == "exec" and args[0].co_filename == watch.file
            return
        thread = get_ident()
        if thread in busy or is_boring(event, args):
            return
        busy.add(thread)
        try:
            table(watch, event, args, getframe(1))
        finally:
            busy.discard(thread)

    sys.addaudithook(hook)


def see_anywhere(watch, event, args, frame):
    if code_of(frame).co_filename not in OURS:
        watch.tell(ANYWHERE[event])


def see_frames(watch, event, args, frame):
    """A frame of the stack was asked for, by the target or by what hands frames on to it."""
    depth, helper = 0, None
    if watch.hears_asides() and is_handed(code_of(frame), "_getframe"):
        watch.tell("aside:frames")
    while frame is not None and depth < HELPERS:
        code = code_of(frame)
        if code.co_filename in OURS:
            return
        if watch.owns(code):
            if depth == 0 or helper.endswith(READERS) or (depth == 1 and not helper.endswith(CLASS_MAKERS)):
                watch.tell("frames")
            return
        helper, frame, depth = code.co_filename, back_of(frame), depth + 1


def see_maker(watch, event, args, frame):
    """Code was made: what is made of a text is the target's, too, under whatever name. Imports make code for everybody."""
    if event == "compile" and not is_text(args[1]):
        # A kind of text of its own would say of itself what it likes whenever it is looked for.
        watch.tell("code")
        return
    is_behind = watch.is_behind(frame)
    if not (is_behind or is_aside(watch, event, frame)) or watch.imports.is_genuine(event, args, frame):
        return
    if event != "compile":
        watch.tell(MAKERS[event] if is_behind else "aside:code")
    elif args[1] is not None:
        (watch.others if is_behind else watch.asides).add(args[1])
        if not is_behind and watch.hears_asides() and not is_text_reader(code_of(frame)):
            watch.tell("aside:text")
        watch.codes.clear()


def is_text(name):
    return name is None or type(name) is str


def is_aside(watch, event, frame):
    """Whether nobody who is known to makes code. Modules do while they are imported, by functions that say so."""
    code = code_of(frame)
    if code.co_filename.startswith(IMPORTLIB):
        return watch.is_at_tests
    if watch.is_at_tests and not is_importing(frame):
        return True
    return event == "compile" and not is_text_reader(code)


def is_text_reader(code):
    return any(name in TEXT_READERS for name in code.co_names)


def see_import(watch, event, args, frame):
    """A library that leads past all that is listened to; under another name, or from where nobody would look for it."""
    library = library_of(args)
    if type(args[1]) is str:
        is_usual = watch.imports.is_import(frame) and watch.imports.is_old(args[1])
    else:
        is_usual = library in code_of(frame).co_names or is_importing(frame)
    if library is None and is_usual:
        return
    if watch.is_on_stack(frame):
        watch.tell("ctypes")
    elif watch.is_at_tests and not is_usual:
        watch.tell("aside:ctypes")


def see_run(watch, event, args, frame):
    """Code was run: the target's own, or for it a module of tests, which would be one that nobody has a look at."""
    see_direct(watch, event, args, frame)
    code = code_of(frame)
    is_handed_on = not is_text_reader(code) and not code.co_filename.startswith(IMPORTLIB)
    if is_handed_on and watch.hears_asides() and watch.owns(args[0]):
        watch.tell("aside:text")
    if args[0].co_name == "<module>" and watch.is_tool(args[0].co_filename):
        see_below(watch, event, args, frame)


def see_direct(watch, event, args, frame):
    """The last frame is the target's, or the one that called it is."""
    code = code_of(frame)
    if event in ATTRIBUTES and watch.hears_asides() and is_handed(code, args[1]):
        if args[1] not in FUNCTION_PARTS or watch.is_tool(file_of(args[0])):
            watch.tell("aside:internals")
    if event == "object.__setattr__" and args[1] in FUNCTION_PARTS:
        see_below(watch, event, args, frame)
        return
    is_own = watch.owns(code)
    if not is_own and code.co_filename in OURS:
        return
    if event in ATTRIBUTES and is_detour(watch, args, code, frame):
        watch.tell(DIRECT[event])
        return
    if not is_own:
        may_count = not code.co_filename.startswith("<frozen") and back_of(frame) is not None
        if not may_count or not watch.owns(code_of(back_of(frame))):
            return
    kind = kind_direct(watch, event, args, None if is_own else code.co_filename)
    if kind is not None:
        watch.tell(kind)


def is_handed(code, name):
    """Whether code that does not ask for something by its name was handed what does; nobody's code has a reason to."""
    return name not in code.co_names and code.co_filename not in OURS


def is_detour(watch, args, code, frame):
    """Whether somebody reads for the target what the reader itself does not name, or what only readers of code ask for."""
    thing, name = args[:2]
    if name in FUNCTION_PARTS and not is_guarded(watch, thing):
        return False
    is_asked = name not in code.co_names or (name in INSIDES and code.co_filename.endswith(READERS))
    return is_asked and code.co_filename not in OURS and watch.is_behind(frame)


def see_below(watch, event, args, frame):
    """A frame of the target is somewhere on the stack."""
    depth, entry = 0, None
    while frame is not None and depth < DEPTH:
        code = code_of(frame)
        if watch.owns(code):
            kind = kind_below(watch, event, args, entry)
            if kind is not None:
                watch.tell(kind)
            return
        entry, frame, depth = code, back_of(frame), depth + 1


def is_guarded(watch, function):
    """Functions of tests, of the test framework, and the target itself: their insides tell what is expected."""
    file = file_of(function)
    return file == watch.file or watch.is_tool(file)


def file_of(function):
    return getattr(getattr(function, "__code__", None), "co_filename", "")


def kind_direct(watch, event, args, helper):
    """`helper` is the file of the function between the target and the event, if there is one."""
    kind = DIRECT[event]
    if kind != "internals":
        return kind if helper is None else None
    if args[1] in FUNCTION_PARTS:
        return kind if (helper is None or helper.endswith(READERS)) and is_guarded(watch, args[0]) else None
    # A traceback ends at the frame that catches it: texts of one show nothing of the test.
    return kind if helper is None or not helper.endswith(TEXT_MAKERS) else None


def kind_below(watch, event, args, entry):
    if event == "object.__setattr__":
        is_class = entry is not None and entry.co_filename.endswith(CLASS_MAKERS)
        return None if is_class or watch.has_made(getattr(args[0], "__code__", None)) else "internals"
    if event == "exec":
        return "reads:tests:" + "/".join(args[0].co_filename.split("/")[-2:])
    return BELOW[event]
