"""How one item is kept apart from what else lives in its container, and how all of it is killed."""

import os
import signal

import overlays
import system_calls as calls
from supervisor_namespace import others, used_inodes

KILL_SECONDS = 5.0


class Whole:
    """The container is for this item alone."""

    descriptors = ()
    pids = ()

    def kill(self):
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def is_empty(self):
        """Asked when the item itself has been reaped; what it left has become our child."""
        left = others(())
        for name in left:
            try:
                os.waitpid(int(name), os.WNOHANG)
            except ChildProcessError:
                pass
        return not left

    def used_inodes(self):
        return used_inodes("/tmp") + used_inodes("/dev/shm")


class Namespace:
    """A process namespace; its first process is ours, does nothing, and takes all others with it when it is killed."""

    def __init__(self, inodes):
        own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        calls.unshare(calls.NEW_PROCESSES)
        with Deaf():
            self.first, self.stack = calls.start_idler()
        namespace = os.open("/proc/self/ns/pid_for_children", os.O_RDONLY)
        self.descriptors = (namespace, *overlays.new_temporary_folders(inodes))
        calls.enter_namespace(own, calls.NEW_PROCESSES)
        os.close(own)
        self.pids = (self.first,)
        self.gone = False

    def kill(self):
        if not self.gone:
            os.kill(self.first, signal.SIGKILL)
            # Ends when every process of the namespace has.
            os.waitpid(self.first, 0)
            for descriptor in self.descriptors:
                os.close(descriptor)
            self.gone = True

    def used_inodes(self):
        return sum(map(used_inodes, self.descriptors[1:]))

    def is_empty(self):
        return self.gone


class User:
    """A user of its own. What it leaves in the temporary folders is removed as that user."""

    descriptors = ()
    pids = ()

    def __init__(self, user):
        self.user = user
        self.clean = False

    def kill(self):
        child = os.fork()
        if child == 0:
            self.sweep()
        self.clean = os.waitpid(child, 0)[1] == 0

    def sweep(self):
        code = 1
        try:
            os.setgroups([])
            os.setresgid(self.user, self.user, self.user)
            os.setresuid(self.user, self.user, self.user)
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                pass
            remove_own_files(self.user)
            code = 0
        finally:
            os._exit(code)

    def is_empty(self):
        return self.clean

    def used_inodes(self):
        return used_inodes("/tmp") + used_inodes("/dev/shm")


def open_cell(isolation, user, inodes):
    if isolation == "namespaces":
        return Namespace(inodes)
    return User(user) if isolation == "users" else Whole()


class Deaf:
    """Meanwhile as the first process of a namespace must be from its start: deaf to its members, whom nobody waits for."""

    ways = ((signal.SIGINT, signal.SIG_DFL), (signal.SIGTERM, signal.SIG_DFL), (signal.SIGCHLD, signal.SIG_IGN))

    def __enter__(self):
        self.before = [(number, signal.signal(number, way)) for number, way in self.ways]

    def __exit__(self, *error):
        for number, way in self.before:
            signal.signal(number, way)


class Inside:
    """What is forked meanwhile lives in the cell's process namespace, when it has one."""

    def __init__(self, descriptors):
        self.descriptors = descriptors
        self.own = ()

    def __enter__(self):
        """Gives the descriptors that a fork should close."""
        if self.descriptors:
            self.own = (os.open("/proc/self/ns/pid", os.O_RDONLY),)
            calls.enter_namespace(self.descriptors[0], calls.NEW_PROCESSES)
        return self.own

    def __exit__(self, *error):
        for descriptor in self.own:
            calls.enter_namespace(descriptor, calls.NEW_PROCESSES)
            os.close(descriptor)


def remove_own_files(user):
    for folder in ("/tmp", "/dev/shm"):
        for path, names, files in os.walk(folder):
            for name in list(names):
                whole = os.path.join(path, name)
                if os.lstat(whole).st_uid == user:
                    names.remove(name)
                    files.append(name)
            for name in files:
                whole = os.path.join(path, name)
                if os.lstat(whole).st_uid == user:
                    remove(whole)


def remove(path):
    import shutil

    if os.path.isdir(path) and not os.path.islink(path):
        for folder, _, _ in os.walk(path):
            os.chmod(folder, 0o700)
        shutil.rmtree(path)
    else:
        os.unlink(path)
