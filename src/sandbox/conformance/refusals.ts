import type { ConformanceCase } from './case.ts';
import { target, test } from './candidates.ts';

/** A candidate that is the reference, but raises when any of these lines can be run. */
export function thatRefuses(name: string, lines: readonly string[]): ConformanceCase {
  return {
    name,
    statements:
      `allowed = []\nfor line in ${JSON.stringify(lines)}:\n    try:\n        exec(line, {})\n        allowed.append(line)\n    except BaseException: pass\n` +
      `import os, shutil\nfor path in ('/tmp', '/dev/shm'):\n    for name in os.listdir(path):\n        whole = os.path.join(path, name)\n        if os.path.isfile(whole): os.unlink(whole)\n` +
      `if allowed: raise Exception('allowed: %r' % allowed)`,
    ended: 'completed',
    statuses: { [test]: 'passed' },
  };
}

const systemCalls = {
  io_uring_setup: ['syscall(425, 8, bytes(128))'],
  keyctl: ['syscall(250, 0, -3, 1)', 'syscall(248, b"user", b"a", b"b", 1, -3)'],
  bpf: ['syscall(321, 0, bytes(64), 64)'],
  userfaultfd: ['syscall(323, 1)'],
  perf_event_open: ['syscall(298, bytes(128), 0, -1, -1, 0)'],
  memfd_create: ['memfd_create(b"x", 0)'],
} as const;

/** Everything but devices and the two temporary folders, whatever image or machine it comes from. */
const somethingWritable: ConformanceCase = {
  name: 'anything that can be written to',
  statements: `import os, stat
found = []
for folder, names, files in os.walk('/'):
    own = ('/proc', '/sys', '/tmp', '/dev/shm')
    names[:] = [name for name in names if os.path.join(folder, name) not in own]
    for path in [folder] + [os.path.join(folder, name) for name in files]:
        if not os.path.islink(path) and os.access(path, os.W_OK) and not stat.S_ISCHR(os.stat(path).st_mode):
            found.append(path)
if found: raise Exception('writable: %r' % found[:20])`,
  ended: 'completed',
  statuses: { [test]: 'passed' },
};

/** Doors out of the sandbox; each must be shut. */
export const refusalCases: readonly ConformanceCase[] = [
  somethingWritable,
  thatRefuses(
    'writing outside /tmp and /dev/shm',
    [
      ...['/x', '/etc/x', '/bench/x', '/bench/source/x', `/bench/source/${target}`, '/bench/runner/x'],
      ...['/bench/venv/x', '/usr/lib/x', '/dev/x', '/dev/mqueue/x', '/var/tmp/x', '/run/x', '/root/x'],
    ].map((path) => `open('${path}', 'a').write('x')`),
  ),
  thatRefuses('the network', [
    "import socket; socket.create_connection(('1.1.1.1', 53), 2)",
    "import socket; socket.create_connection(('8.8.8.8', 443), 2)",
    'import socket; socket.socket(40, 1)',
    'import socket; socket.socket(17, 3)',
  ]),
  thatRefuses('another user', ['os.setuid(0)', 'os.setgid(0)', 'os.chroot("/tmp")'].map(withOs)),
  thatRefuses(
    'namespaces, mounts and tracing',
    [
      'unshare(0x10000000)',
      'unshare(0x00020000)',
      'setns(0, 0)',
      'mount(b"a", b"/tmp", b"tmpfs", 0, None)',
      'umount2(b"/proc", 2)',
      'pivot_root(b"/tmp", b"/tmp")',
      'ptrace(16, 1, 0, 0)',
    ].map(callOf),
  ),
  ...(process.arch === 'x64'
    ? Object.entries(systemCalls).map(([name, calls]) => thatRefuses(name, calls.map(callOf)))
    : []),
  thatRefuses("its supervisor's memory and pipes", [
    ...['mem', 'environ', 'fd/1', 'fd/0'].map(
      (name) => `import os; open('/proc/%d/${name}' % os.getppid(), 'rb').read(1)`,
    ),
    ...['mem', 'environ', 'fd/1'].map((name) => `open('/proc/1/${name}', 'rb').read(1)`),
  ]),
  thatRefuses('symbolic and hard links to what is not its own', [
    `import os; os.symlink('/bench/source/${target}', '/tmp/a'); open('/tmp/a', 'a').write('x')`,
    "import os; os.symlink('/etc/passwd', '/tmp/b'); os.chmod('/tmp/b', 0o777)",
    "import os; os.link('/etc/passwd', '/tmp/c')",
    `import os; os.rename('/bench/source/${target}', '/bench/source/django/utils/other.py')`,
  ]),
];

function withOs(call: string): string {
  return `import os; ${call}`;
}

function callOf(call: string): string {
  return `import ctypes; assert ctypes.CDLL(None).${call} >= 0`;
}
