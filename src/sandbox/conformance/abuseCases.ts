import type { ConformanceCase } from './case.ts';
import { target, test } from './candidates.ts';
import { thatRefuses } from './refusals.ts';

const ownFile = `/bench/source/${target}`;
const short = { wallSeconds: 8, cpuSeconds: 3 };

/** Candidates that leave something where the kernel keeps it longer than their process, or touch what others share. */
export const abuseCases: readonly ConformanceCase[] = [
  thatStays(
    'its pipes left in the queue of a socket that holds itself',
    `import os, socket
own = [number for number in range(64) if os.path.exists('/proc/self/fd/%d' % number)]
for _ in range(20):
    one, other = socket.socketpair()
    socket.send_fds(one, [b'x'], [*own, one.fileno(), other.fileno()])`,
  ),
  thatStays(
    'folders deeper than a path can be long',
    `import os
before = os.getcwd()
os.chdir('/tmp')
for _ in range(60):
    try: os.mkdir('d' * 200)
    except FileExistsError: pass
    os.chdir('d' * 200)
os.chdir(before)`,
  ),
  thatStays(
    'locks on files that all share, held by a daemon',
    `import fcntl, os, time
if os.fork() == 0:
    os.setsid()
    held = [open(path) for path in ('${ownFile}', '/bench/runner/item.py', '/dev/null')]
    for file in held:
        fcntl.flock(file, fcntl.LOCK_EX)
    time.sleep(300)
    os._exit(0)
time.sleep(0.1)`,
  ),
  thatStays(
    'daemons that nothing but the last signal ends, each the child of one that is gone',
    `import os, signal, time
for _ in range(2):
    child = os.fork()
    if child == 0:
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        if os.fork() or os.fork():
            os._exit(0)
        os.setsid()
        os.nice(19)
        while True:
            time.sleep(60)
    os.waitpid(child, 0)`,
  ),
  thatStays(
    'terminals, watches on folders and names of sockets',
    `import ctypes, os, socket
kept = []
for _ in range(40):
    try:
        kept.append(os.openpty())
    except OSError:
        break
libc = ctypes.CDLL(None)
for path in (b'/bench/source', b'/tmp', b'/'):
    watch = libc.inotify_init()
    libc.inotify_add_watch(watch, path, 0xfff)
name = socket.socket(socket.AF_UNIX)
name.bind(chr(0) + 'own')
name.listen()`,
  ),
  thatStays(
    'streams that do not wait, and a descriptor over each of the others',
    `import fcntl, os
for number in (0, 1, 2):
    fcntl.fcntl(number, fcntl.F_SETFL, fcntl.fcntl(number, fcntl.F_GETFL) | os.O_NONBLOCK)
for number in range(64, 200):
    os.dup2(1, number)
try: os.write(1, b'x' * 70000)
except BlockingIOError: pass`,
  ),
  {
    name: 'a process that stops itself',
    statements: 'import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)',
    limits: short,
    ended: 'timed_out',
  },
  {
    name: 'all descriptors closed',
    statements: 'import os\nos.closerange(0, 1024)',
    ended: 'crashed',
  },
  thatRefuses('a file larger than it is', ["open('/tmp/sparse', 'wb').truncate(1 << 40)"]),
  thatRefuses('the limits, the place and the life of the first process', [
    ...['import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))', 'import os; os.nice(-5)'],
    'import os, time; os.kill(1, 9); time.sleep(0.05); os.kill(1, 0); raise Exception',
    "import os; os.listdir('/proc/1/fd'); os.open('/proc/1/mem', os.O_RDWR)",
  ]),
  thatRefuses(
    'devices and settings of the kernel',
    [
      ...['/dev/mem', '/dev/kmsg', '/dev/fuse', '/dev/loop-control', '/dev/net/tun', '/dev/kvm'],
      ...['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/self/oom_score_adj'],
      ...['/sys/kernel/uevent_helper', '/sys/fs/cgroup/cgroup.procs'],
    ].map((path) => `open('${path}', 'r+').close()`),
  ),
];

/** A candidate that is the reference and does this first. */
function thatStays(name: string, statements: string): ConformanceCase {
  return { name, statements, ended: 'completed', statuses: { [test]: 'passed' } };
}
