import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { before, it } from 'node:test';
import type { Lane, TestReport } from '../../../src/core/testReport.ts';
import type { PreparedEnvironment, Sandbox, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { djangoEnvironment, limits, requestWith, target, test } from './candidates.ts';
import { processesWith } from './processes.ts';

/** Where hostile candidates are run. */
export interface HostilePlace {
  readonly sandbox: Sandbox;
  readonly lane: Lane;
  /** Folders of a usual system that are not there. */
  readonly absent: readonly string[];
}

/** The tests of what a hostile candidate cannot do; the same for every provider. */
export function testHostileCandidates({ sandbox, lane, absent }: HostilePlace): void {
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));

  const ran = async (statements: string, change: Partial<SandboxRequest> = {}): Promise<TestReport> =>
    sandbox.run(
      await requestWith(environment, statements, { lane, ...change }),
      AbortSignal.timeout(110_000),
    );
  /** The candidate raises what it found out: its report's message is the only way out. */
  const told = async (statements: string): Promise<string> => {
    const report = await ran(`${statements}\nraise Exception('told: ' + repr(found))`);
    assert.equal(report.tests[test]?.status, 'error', JSON.stringify(report));
    return /Exception: told: (.*)/.exec(report.tests[test]?.message ?? '')?.[1] ?? '';
  };
  const attempts = (lines: readonly string[]): Promise<string> =>
    told(
      `found = []\nfor line in ${JSON.stringify(lines)}:\n    try:\n        exec(line)\n        found.append(line)\n    except BaseException: pass`,
    );

  it('cannot write anywhere but in its own /tmp and /dev/shm', async () => {
    const places = [
      '/x',
      '/etc/x',
      '/bench/x',
      '/bench/source/x',
      `/bench/source/${target}`,
      '/bench/runner/x',
      '/bench/venv/x',
      '/usr/lib/x',
      '/dev/x',
    ];
    assert.equal(await attempts(places.map((path) => `open('${path}', 'a').write('x')`)), '[]');
    const own = ["open('/tmp/x', 'w').close()", "open('/dev/shm/x', 'w').close()"];
    assert.match(await attempts(own), /tmp.*shm/);
  });

  it('is nobody: no capability, no way back to root, no namespace, no mount', async () => {
    const status = await told("found = open('/proc/self/status').read()");
    assert.match(status, /CapPrm:\\t0+\\nCapEff:\\t0+\\n/);
    assert.match(status, /NoNewPrivs:\\t1/);
    assert.doesNotMatch(status, /Uid:\\t0/);
    const calls = ['os.setuid(0)', 'os.setgid(0)', 'os.chroot("/tmp")'].map((call) => `import os; ${call}`);
    const raw = [
      'unshare(0x10000000)',
      'mount(b"a", b"/tmp", b"tmpfs", 0, None)',
      'ptrace(16, 2, 0, 0)',
      'memfd_create(b"x", 0)',
    ].map((call) => `import ctypes; assert ctypes.CDLL(None).${call} >= 0`);
    assert.equal(await attempts([...calls, ...raw]), '[]');
  });

  it("cannot reach its supervisor's memory and pipes", async () => {
    const doors =
      "import os\nfound = []\nfor pid in os.listdir('/proc'):\n    if not pid.isdigit() or int(pid) == os.getpid(): continue\n" +
      "    for name in ('mem', 'environ', 'fd/0', 'fd/1'):\n        for how in (os.O_RDONLY, os.O_WRONLY):\n" +
      "            try: os.open('/proc/%s/%s' % (pid, name), how | os.O_NONBLOCK)\n            except OSError: continue\n" +
      '            found.append((pid, name, how))';
    assert.equal(await told(doors), '[]');
  });

  it('has no network but its own loopback', async () => {
    const out = ["('1.1.1.1', 53)", "('8.8.8.8', 443)"].map(
      (at) => `import socket; socket.create_connection(${at}, 2)`,
    );
    assert.equal(await attempts([...out, 'import socket; socket.socket(40, 1)']), '[]');
    const own =
      "import socket\ns = socket.create_server(('localhost', 0))\nfound = bool(socket.create_connection(s.getsockname()))";
    assert.equal(await told(own), 'True');
  });

  it('finds neither the reference nor its byte code, nor what belongs to the host', async () => {
    const search =
      'import os\nfound = []\nfor folder, _, names in os.walk("/"):\n    if folder.startswith(("/proc", "/sys")): continue\n' +
      '    for name in names:\n        if name.startswith("text.") and "/django/utils" in folder + "/" and "/bench/source/" in folder:\n' +
      '            path = os.path.join(folder, name); found.append((path, os.path.getsize(path) > 0))';
    assert.equal(
      await told(search),
      `[('django/utils/text.py', True), ('django/utils/__pycache__/text.cpython-${environment.python.split('python').at(-1)?.replace('.', '')}.pyc', False)]`,
    );
    const hidden = [...absent, '/root/.ssh', '/home', '/work', '/bench/coverage', process.cwd()];
    assert.equal(
      await told(`import os\nfound = [p for p in ${JSON.stringify(hidden)} if os.path.exists(p)]`),
      '[]',
    );
    assert.equal(
      await told("import os\nfound = sorted(k for k in os.environ if 'KEY' in k or 'TOKEN' in k)"),
      '[]',
    );
  });

  it('cannot pass by text, files and exit code', async () => {
    const forged =
      `import os, sys, json\nfor d in range(3, 64):\n    try: os.write(d, json.dumps({'nonce': '0' * 32, 'tests': [{'id': '${test}', 'status': 'passed', 'seconds': 0, 'message': ''}], 'memoryError': False}).encode() + b'\\n')\n    except OSError: pass\n` +
      `print('${test} ... ok\\n\\nRan 1 test in 0.001s\\n\\nOK')\nsys.stdout.flush()\nos._exit(86)`;
    const report = await ran(forged);
    assert.deepEqual([report.ended, report.tests], ['crashed', {}]);
    assert.ok(report.flags.includes('frame_wrong_nonce'), report.flags.join());
    assert.match(report.output, /Ran 1 test in 0.000s/);
  });

  it('is stopped when it floods output, files, inodes or memory', async () => {
    const flood = await ran("import os\nwhile True: os.write(1, b'x' * 65536)");
    assert.deepEqual([flood.ended, flood.flags.includes('stopped_output')], ['crashed', true]);
    assert.ok(flood.output.length <= 16_384);
    assert.equal(await attempts(["open('/tmp/big', 'wb').write(bytes(17 << 20))"]), '[]');
    assert.equal(
      await attempts(["[open('/tmp/%d' % n, 'wb').write(bytes(8 << 20)) for n in range(9)]"]),
      '[]',
    );
    const inodes = await ran("n = 0\nwhile True:\n    n += 1\n    open('/tmp/%d' % n, 'w').close()");
    assert.deepEqual([inodes.ended, inodes.flags.includes('stopped_inodes')], ['crashed', true]);
    const many = 'import os, time\nfor _ in range(6): os.fork()\nkeep = bytearray(200 << 20)\ntime.sleep(50)';
    assert.equal((await ran(many)).ended, 'out_of_memory');
  });

  it('a fork bomb hurts nobody', async () => {
    const bomb = 'import os\nwhile True:\n    try: os.fork()\n    except OSError: pass';
    const report = await ran(bomb, { limits: { ...limits, wallSeconds: 6, cpuSeconds: 3 } });
    assert.ok(['timed_out', 'crashed', 'out_of_memory'].includes(report.ended), report.ended);
    assert.equal((await ran('pass')).tests[test]?.status, 'passed');
  });

  it('leaves no process and no file behind', async () => {
    const marker = randomUUID();
    const daemon =
      `import subprocess, sys\nopen('/tmp/${marker}', 'w').close()\n` +
      `subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', '${marker}'], start_new_session=True)`;
    const report = await ran(daemon);
    assert.equal(report.tests[test]?.status, 'passed');
    assert.deepEqual([processesWith(marker), existsSync(`/tmp/${marker}`)], [[], false]);
  });
}
