import type { ConformanceCase } from './case.ts';
import { test } from './candidates.ts';
import { thatRefuses } from './refusals.ts';

const short = { wallSeconds: 8, cpuSeconds: 3 };
const anyEnd = ['timed_out', 'crashed', 'out_of_memory'] as const;

/** Candidates that use up what there is of something. */
export const bombCases: readonly ConformanceCase[] = [
  {
    name: 'a flood of output',
    statements: "import os\nwhile True: os.write(1, b'x' * 65536)",
    ended: 'crashed',
    flag: 'stopped_output',
  },
  {
    name: 'a flood of files',
    statements: "n = 0\nwhile True:\n    n += 1\n    open('/tmp/%d' % n, 'w').close()",
    ended: 'crashed',
    flag: 'stopped_inodes',
  },
  thatRefuses('a file above the limit', ["open('/tmp/big', 'wb').write(bytes(17 << 20))"]),
  thatRefuses('more files than fit into /tmp', [
    "[open('/tmp/%d' % n, 'wb').write(bytes(8 << 20)) for n in range(9)]",
  ]),
  thatRefuses('more than fits into /dev/shm', [
    "[open('/dev/shm/%d' % n, 'wb').write(bytes(8 << 20)) for n in range(3)]",
  ]),
  {
    name: 'memory of many processes',
    statements: 'import os, time\nfor _ in range(6): os.fork()\nkeep = bytearray(200 << 20)\ntime.sleep(50)',
    ended: ['out_of_memory', 'crashed'],
  },
  {
    name: 'a fork bomb',
    statements: 'import os\nwhile True:\n    try: os.fork()\n    except OSError: pass',
    limits: short,
    ended: anyEnd,
  },
  {
    name: 'a thread bomb',
    statements:
      'import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(60,)).start()\n    except RuntimeError: pass',
    limits: short,
    ended: anyEnd,
  },
  {
    name: 'a daemon left behind',
    statements:
      "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'], start_new_session=True)",
    ended: 'completed',
    statuses: { [test]: 'passed' },
  },
];
