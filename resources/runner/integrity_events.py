"""Which events are looked at, and what each is called.

At most a few of the thousands that a run raises are of interest: most are told apart without a look at the stack.
"""

from os import O_CLOEXEC, O_PATH, close, listdir, open as open_file, readlink
from posixpath import realpath

CTYPES = ("dlopen", "dlsym", "dlsym/handle", "cdata", "cdata/buffer", "addressof", "string_at", "wstring_at")
CTYPES += ("call_function", "PyObj_FromPtr")
#: The target, or a function that it called itself, did this.
DIRECT = {
    "object.__getattr__": "internals",
    "object.__setattr__": "internals",
    "object.__delattr__": "internals",
    "exec": "exec",
}
#: The same, or what was called for it: code from somewhere else is not at the target's lines.
MAKERS = {
    **dict.fromkeys(("code.__new__", "function.__new__", "marshal.loads", "marshal.load", "marshal.dumps"), "code"),
    "compile": None,
}
#: It happened while the target was at work.
BELOW = {
    "os.fork": "processes",
    "os.forkpty": "processes",
    "os.exec": "processes",
    "os.posix_spawn": "processes",
    "os.spawn": "processes",
    "os.system": "processes",
    "subprocess.Popen": "processes",
    "pty.spawn": "processes",
    "os.kill": "signals",
    "os.killpg": "signals",
    "signal.pthread_kill": "signals",
    "_thread.start_new_thread": "threads",
    "socket.bind": "sockets",
    "socket.connect": "sockets",
    "socket.sendto": "sockets",
    "socket.sendmsg": "sockets",
    "mmap.__new__": "memory",
    "os.rename": "files",
    "os.link": "files",
    "os.symlink": "files",
    "os.mkdir": "files",
    "os.truncate": "files",
    "os.putenv": "variables",
    "sqlite3.enable_load_extension": "ctypes",
    "open": "open",
    "import": "import",
    **dict.fromkeys(("ctypes." + name for name in CTYPES), "ctypes"),
}
#: Nothing but the target has a reason to, on whatever stack.
ANYWHERE = {
    "gc.get_objects": "gc",
    "gc.get_referrers": "gc",
    "gc.get_referents": "gc",
    "sys._current_frames": "frames",
    "sys._current_exceptions": "frames",
    "sys.settrace": "tracing",
    "sys.setprofile": "tracing",
    "sys.addaudithook": "tracing",
    "sys.monitoring.register_callback": "tracing",
    "cpython.PyInterpreterState_New": "interpreters",
}
FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_code"}
FUNCTION_PARTS = {"__code__", "__closure__", "__globals__", "__defaults__", "__kwdefaults__"}
#: Of functions: they lead to what is in nobody's sight.
INSIDES = {"__closure__", "__globals__"}
ATTRIBUTES = {"object.__getattr__", "object.__setattr__", "object.__delattr__"}
GUARDED = ("/tests/", "/unittest/", "/bench/runner/", "/_pytest/", "/pluggy/", "/sympy/testing/", "/django/test/")
LIBRARIES = {"ctypes", "_ctypes", "cffi", "_cffi_backend", "_testcapi", "_testinternalcapi", "greenlet"}
LIBRARIES |= {"_xxsubinterpreters", "_interpreters", "_interpchannels", "_interpqueues", "readline"}
#: Functions that run or compile texts.
TEXT_READERS = {"exec", "eval", "compile", "exec_"}
#: These make classes and look up the name of the module they make them for.
CLASS_MAKERS = ("/collections/__init__.py", "/typing.py", "/enum.py")
READERS = ("/inspect.py", "/traceback.py", "/dis.py", "/code.py", "/pdb.py", "/bdb.py", "/doctest.py")
#: So many functions may stand between the target and the one that takes a frame for it; what it then reads is heard anyway.
HELPERS = 12
TEXT_MAKERS = ("/traceback.py", "/warnings.py", "/logging/__init__.py", "/unittest/result.py")
OUR_PARTS = ("_audit", "_answers", "_class", "_find", "_gate", "_harness", "_imports", "_inner", "_kinds", "_labels", "_opens")
OUR_PARTS += ("_spaces", "_traps", "_types", "_variables", "_watch", "_weave", "_world", "")
OURS = {__file__.replace("_events", part) for part in OUR_PARTS}
OURS |= {__file__.replace("integrity_events", part) for part in ("swap", "compiling", "stubs", "warm", "item", "dict_versions")}
#: Where the runner itself is.
FOLDER = __file__.rpartition("/")[0] + "/"
#: More than there can be.
DEPTH = 1 << 20
DECORATOR_LINES = 30
KINDS = 128


def is_boring(event, args):
    """Most events, told apart without a look at the stack."""
    if event.startswith("object."):
        return args[1] not in FRAMES and args[1] not in FUNCTION_PARTS
    if event == "import":
        return library_of(args) is None and type(args[1]) is not str
    return event == "open" and type(args[0]) is int


def library_of(args):
    """The library that is imported. One that is a file of machine code begins where the last part of its name says."""
    parts = text_of(args[0]).split(".")
    name = parts[-1 if type(args[1]) is str else 0]
    return name if name in LIBRARIES else None


def text_of(name):
    """Without any code of a text of the target's own kind."""
    return str.__str__(name) if issubclass(type(name), str) else ""


def places_of(args):
    """Where what is opened may lead to. From which folder a relative path starts is not told: it is one that is open."""
    path, mode = args[:2]
    kind = type(path)
    path = bytes.decode(path, "utf-8", "surrogateescape") if issubclass(kind, bytes) else text_of(path)
    # Another path may say anything of itself.
    path = path or "another.py"
    try:
        yield found_at(path) or realpath(path)
    except ValueError:
        yield path
    if mode is None and not path.startswith("/"):
        folders = ["/proc/self/fd/%s/%s" % (descriptor, path) for descriptor in listdir("/proc/self/fd")]
        yield from filter(None, map(found_at, folders))


def found_at(path):
    """As the system finds it: functions of Python's that do the same can be changed."""
    try:
        descriptor = open_file(path, O_PATH | O_CLOEXEC)
    except OSError:
        return None
    try:
        return readlink("/proc/self/fd/%d" % descriptor)
    finally:
        close(descriptor)
