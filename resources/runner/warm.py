"""What a zygote makes ready: modules that are not the repository's, or a whole job up to its first test."""

import fcntl
import gc
import importlib
import os
import random
import resource
import stat
import sys
import tempfile
import threading

import kept_code
import overlays
import system_calls

KEPT_BYTES = 1 << 20
OUTPUT_BYTES = 16 << 10


def make(request):
    """`modules`: load these. `job`: boot it, with `files` (the stubbed one) over the originals."""
    if request["kind"] == "modules":
        return Modules(request["modules"], request["sitePackages"])
    return Job(request)


class Modules:
    """The standard library and third parties, loaded, and the code of the repository, which each item runs itself."""

    session = None
    reason = None
    masked = ()

    def __init__(self, names, folders):
        before = list(sys.path)
        sys.path.extend(folders)
        sys.dont_write_bytecode = True
        gc.disable()
        for name in names:
            try:
                if os.sep not in name:
                    importlib.import_module(name)
            except Exception:
                continue
        sys.path[:] = before
        kept_code.keep(name for name in names if os.sep in name)
        gc.freeze()

    def said(self):
        return ""

    def put_back_files(self):
        pass


class Job:
    """A job booted up to its first test with the target stubbed; an item puts its candidate's code in and goes on."""

    def __init__(self, request):
        self.isolation = request["isolation"]
        #: Files that items, too, have over the originals.
        self.masked = [path for path, _ in request["files"]] if self.isolation == "namespaces" else ()
        if self.isolation == "namespaces":
            folders = overlays.new_temporary_folders(request["limits"]["inodes"])
            overlays.own_file_systems(folders, request["files"])
        os.umask(0o022)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
        os.chdir("/tmp")
        with tempfile.TemporaryFile() as heard:
            # Where folders are shared, other boots have left theirs.
            before = set(temporary_paths())
            with OutputTo(heard), NobodyInParticular(request["ownUsers"]):
                self.boot(request)
                self.files = Leftovers(self.isolation, before)
            heard.seek(0)
            self.output = heard.read(OUTPUT_BYTES + 1)
        self.reason = self.reason or self.why_not_forkable()
        gc.freeze()
        system_calls.join_pages()

    def boot(self, request):
        # Before the repository is there: these may be names of its own.
        import candidate
        import swap

        self.candidate = candidate
        job = request["job"]
        kept_code.forget(path for path, _ in request["files"])
        self.session = candidate.boot(job)
        self.reason = "boot_failed" if self.session.error is not None else None
        if self.reason is None:
            if job.get("integrity") is not None:
                candidate.integrity.get_ready(self.session, job)
                self.session.ready.rehearse(self.session)
            self.target = swap.Target(request["target"])
            self.reason = self.target.reason

    def why_not_forkable(self):
        if len(self.output) > OUTPUT_BYTES:
            return "boot_output"
        if threading.active_count() > 1 or len(os.listdir("/proc/self/task")) > 1:
            return "threads"
        if self.files.too_many:
            return "boot_files"
        return "open_files" if shared_descriptors() else None

    def said(self):
        import traceback

        error = self.session.error
        if error is None:
            return ""
        return "".join(traceback.format_exception(type(error), error, error.__traceback__))[-4000:]

    def put_back_files(self):
        self.files.put_back()

    def finish(self, request, ends):
        job = request["job"]
        os.write(2, self.output)
        reason = self.target.swap(request["files"][0][1])
        if reason is not None:
            self.session.recorder.found.clear()
            self.candidate.send_frame(self.session.recorder, job, ends, {"refused": reason})
        self.candidate.finish(self.session, job, ends)


class OutputTo:
    """Sends both outputs to a file meanwhile."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        self.kept = [os.dup(1), os.dup(2)]
        for target in (1, 2):
            os.dup2(self.file.fileno(), target)

    def __exit__(self, *error):
        sys.stderr.flush()
        for target, kept in enumerate(self.kept, 1):
            os.dup2(kept, target)
            os.close(kept)


class NobodyInParticular:
    """Not root meanwhile, as an item is not; with a way back."""

    def __init__(self, changes):
        self.changes = changes

    def __enter__(self):
        if self.changes:
            user = random.SystemRandom().randrange(60000, 65000)
            os.setgroups([])
            os.setresgid(user, user, 0)
            os.setresuid(user, user, 0)

    def __exit__(self, *error):
        if self.changes:
            os.setresuid(0, 0, 0)
            os.setresgid(0, 0, 0)


class Leftovers:
    """What a boot leaves in the temporary folders: each item gets its own copy."""

    def __init__(self, isolation, before):
        self.entries = []
        self.too_many = False
        left = [path for path in temporary_paths() if path not in before]
        for path in left:
            self.take(path)
        if isolation == "users":
            # The folders are shared there: an item's copy comes in the place of what another user has made.
            for path in reversed(left):
                remove(path)

    def take(self, path):
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) and not stat.S_ISREG(found.st_mode):
            self.too_many = True
        elif stat.S_ISDIR(found.st_mode):
            self.entries.append((path, found.st_mode, None))
        elif found.st_size > KEPT_BYTES:
            self.too_many = True
        else:
            with open(path, "rb") as file:
                self.entries.append((path, found.st_mode, file.read()))

    def put_back(self):
        for path, mode, content in self.entries:
            if content is None:
                os.mkdir(path, stat.S_IMODE(mode) | 0o700)
            else:
                with open(path, "wb") as file:
                    file.write(content)
                os.chmod(path, stat.S_IMODE(mode))


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    else:
        os.unlink(path)


def temporary_paths():
    for top in ("/tmp", "/dev/shm"):
        for folder, names, files in os.walk(top):
            for name in names + files:
                yield os.path.join(folder, name)


def shared_descriptors():
    """Whose position, locks or peer a fork would share; the zygote's own socket is one."""
    found = [descriptor for descriptor in range(3, 1024) if is_shared(descriptor)]
    return found[1:]


def is_shared(descriptor):
    try:
        mode = os.fstat(descriptor).st_mode
        written = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    except OSError:
        return False
    return stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode) or (stat.S_ISREG(mode) and written)
