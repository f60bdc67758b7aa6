"""From a fork to the candidate: gives up every right of the supervisor, then runs one job. Ends the process always."""

import os
import resource
from _signal import SIG_DFL, SIGCHLD, set_wakeup_fd, signal
from collections import namedtuple

import kept_code
import overlays
import system_calls


#: Of an item's pipes: the frame's, what is told after it, and the one that says when that may begin.
Ends = namedtuple("Ends", ("frame", "told", "go"))


def run(request, descriptors, booted=None):
    """`descriptors`: its ends, where its output goes, its folders. `booted`: what is made ready."""
    try:
        frame, told, go, output_write, *folders = descriptors
        ends = Ends(frame, told, go)
        take_streams(output_write)
        isolate(request, folders, booted)
        limit(request["limits"])
        if booted is None or booted.session is None:
            import candidate

            kept_code.forget(path for path, _ in request["files"])
            candidate.run(request["job"], ends)
        else:
            booted.finish(request, ends)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(70)


def take_streams(output_write):
    set_wakeup_fd(-1)
    signal(SIGCHLD, SIG_DFL)
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (output_write, 1), (output_write, 2)):
        os.dup2(source, target)
    os.close(null)
    os.close(output_write)


def isolate(request, folders, booted):
    """Own view of the files, own user, no capabilities, fewer system calls."""
    user = request.get("user")
    if request["isolation"] == "namespaces":
        old_proc = os.open("/proc", os.O_RDONLY)
        overlays.own_file_systems(folders, request["files"], () if booted is None else booted.masked)
        overlays.own_processes()
        if user is None:
            become_nobody(old_proc)
        os.close(old_proc)
    os.chdir("/tmp")
    if user is not None:
        become(user)
    elif os.getuid() != 0:
        system_calls.set_dumpable(1)
    if request["isolation"] == "namespaces":
        system_calls.drop_capabilities()
    if booted is not None:
        booted.put_back_files()
    if request.get("seccomp"):
        system_calls.filter_calls(request["seccomp"])


def become(user):
    if os.geteuid() != 0:
        # A zygote boots as nobody in particular, and keeps the way back for its items.
        os.seteuid(0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def become_nobody(old_proc):
    """Root of the container's own user namespace becomes user 65534 of a namespace inside it."""
    system_calls.set_dumpable(1)
    system_calls.unshare(system_calls.NEW_USERS)
    for name, text in (("setgroups", b"deny"), ("uid_map", b"65534 0 1"), ("gid_map", b"65534 0 1")):
        descriptor = os.open("self/" + name, os.O_WRONLY, dir_fd=old_proc)
        os.write(descriptor, text)
        os.close(descriptor)


def limit(limits):
    cpu = max(1, int(limits["cpuSeconds"] + 0.999))
    for name, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_DATA, limits["memoryBytes"], limits["memoryBytes"]),
        (resource.RLIMIT_AS, limits["addressBytes"], limits["addressBytes"]),
        (resource.RLIMIT_FSIZE, limits["fileBytes"], limits["fileBytes"]),
        (resource.RLIMIT_NOFILE, 1024, 1024),
        (resource.RLIMIT_NPROC, limits["processes"], limits["processes"]),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 65536, 65536),
    ):
        allowed = resource.getrlimit(name)[1]
        if allowed != resource.RLIM_INFINITY:
            soft, hard = min(soft, allowed), min(hard, allowed)
        resource.setrlimit(name, (soft, hard))
    os.umask(0o022)
