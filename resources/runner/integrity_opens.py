"""Which files are opened for the target, or aside of it when it has returned."""

from integrity_events import DEPTH, FOLDER, TEXT_MAKERS, places_of
from integrity_imports import IMPORTLIB, is_finding
from integrity_types import back_of, code_of

SHOWING = ("/linecache.py", "/traceback.py", "/tokenize.py", "/unittest/result.py")
SOURCES = (".py", ".pyc", ".pyo")
PROCESSES = ("/proc/", "/dev/fd", "/dev/mem")


def see_open(watch, event, args, frame):
    if code_of(frame).co_filename.startswith(IMPORTLIB):
        watch.imports.opened = args[0]
    is_ours = code_of(frame).co_filename.startswith(FOLDER)
    first, depth, entry, is_import = frame, 0, None, False
    while frame is not None and depth < DEPTH:
        code = code_of(frame)
        if watch.owns(code):
            tell_all(watch, (kind_for_target(watch, place, args[2], entry, is_import) for place in places_of(args)))
            return
        is_import = is_import or is_finding(code)
        entry, frame, depth = code, back_of(frame), depth + 1
    if not is_ours and not is_shown(first) and (watch.hears_asides() or not (watch.is_at_tests or is_import)):
        tell_all(watch, (kind_aside(watch, place, args[2]) for place in places_of(args)))


def is_shown(frame):
    """Whether the runner writes down how a test has failed: its lines are shown with that."""
    while frame is not None and code_of(frame).co_filename.endswith(SHOWING):
        frame = back_of(frame)
    return frame is not None and code_of(frame).co_filename.startswith(FOLDER)


def tell_all(watch, kinds):
    for kind in kinds:
        if kind is not None:
            watch.tell(kind)


def kind_for_target(watch, place, flags, entry, is_import):
    if is_import:
        # An import reads for everybody, but a module of tests is for nobody to ask for.
        return "reads:tests" if watch.is_test(place) else None
    kind = kind_of_open(place, flags)
    is_text = entry is not None and entry.co_filename.endswith(TEXT_MAKERS)
    # The lines of a text's own code are shown with it; those of a test are for nobody to ask for.
    return None if kind == "source" and is_text and not watch.is_tool(place) else kind


def kind_aside(watch, place, flags):
    kind = kind_of_open(place, flags)
    if kind in ("tests", "processes") or (kind == "source" and watch.is_test(place)):
        return "aside:" + kind
    return None


def kind_of_open(path, flags):
    """`source`: reads code. `tests`: reads what belongs to tests. `processes`: looks into one. `files`: writes."""
    if path.startswith(PROCESSES):
        return "processes"
    if isinstance(flags, int) and flags & 3:
        return None if path == "/dev/null" else "files"
    if path.endswith(SOURCES):
        return "source"
    return "tests" if "/tests/" in path else None
