import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestReport } from '../../../src/core/testReport.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { createBubblewrapSandbox } from '../../../src/sandbox/index.ts';
import { djangoEnvironment, limits, requestWith, test } from '../support/candidates.ts';

describe('a slot', () => {
  const sandbox = createBubblewrapSandbox({ slots: 1 });
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));
  after(() => sandbox.close());

  const ran = async (statements: string, change: Partial<SandboxRequest> = {}): Promise<TestReport> =>
    sandbox.run(await requestWith(environment, statements, change), AbortSignal.timeout(110_000));
  const found = async (statements: string, lane: 'full' | 'pre'): Promise<string> => {
    const report = await ran(`${statements}\nraise Exception('found: ' + repr(found))`, { lane });
    assert.equal(report.lane, lane, report.flags.join());
    return /Exception: found: (.*)/.exec(report.tests[test]?.message ?? '')?.[1] ?? JSON.stringify(report);
  };

  it('takes pre for the first candidate of a target, then full', async () => {
    const lanes: string[] = [];
    for (const statements of ['pass', "return 'x'", 'pass']) {
      lanes.push((await ran(statements, { lane: 'auto' })).lane);
    }
    assert.deepEqual(lanes, ['pre', 'full', 'full']);
  });

  for (const lane of ['full', 'pre'] as const) {
    it(`leaves nothing of a candidate to the next one in lane ${lane}`, async () => {
      const name = randomUUID();
      const leave =
        `import os\nfor folder in ('/tmp', '/dev/shm'): open(folder + '/${name}', 'w').close()\n` +
        `import django, sys\nsys.left = django.left = 1\nos.environ['LEFT'] = '1'`;
      await ran(leave, { lane });
      const look =
        `import os, sys, django\nfound = os.listdir('/dev/shm'), '${name}' in os.listdir('/tmp'), ` +
        `hasattr(sys, 'left'), hasattr(django, 'left'), 'LEFT' in os.environ, [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 2]`;
      assert.equal(await found(look, lane), '([], False, False, False, False, [])');
    });

    it(`has no text of an earlier candidate in its memory in lane ${lane}`, async () => {
      // The parts are put together at run time: the candidate's own text holds them apart.
      const marker = randomUUID().slice(0, 8);
      await ran(`mark = 'left_${marker}_here'`, { lane });
      const search =
        `sought = ('left_' + '${marker}' + '_he' + 're').encode()\nfound = []\n` +
        `maps = [line.split()[0].split('-') for line in open('/proc/self/maps') if ' rw-p ' in line and '[v' not in line]\n` +
        `own = open('/proc/self/mem', 'rb', 0)\n` +
        `for start, end in maps:\n    own.seek(int(start, 16))\n    found.append(sought in own.read(int(end, 16) - int(start, 16)))\n` +
        `found = any(found)`;
      const answer = await found(search, lane);
      // As root, a candidate cannot even read its own memory.
      assert.match(answer, /^False$|Permission denied/);
    });
  }

  it('is made anew after a candidate that had to be stopped, whose end strict confirms', async () => {
    const hang = await ran('import time\ntime.sleep(600)', {
      lane: 'full',
      limits: { ...limits, wallSeconds: 8 },
    });
    assert.deepEqual([hang.ended, hang.flags.includes('confirmed_by_strict')], ['timed_out', true]);
    assert.equal((await ran('pass', { lane: 'full' })).tests[test]?.status, 'passed');
  });

  it('says why a candidate cannot take full', async () => {
    const flagOf = async (change: (source: string) => string): Promise<string | undefined> => {
      const request = await requestWith(environment, 'pass', { lane: 'full' });
      const changed = { ...request, fileContent: change(request.fileContent) };
      const report = await sandbox.run(changed, AbortSignal.timeout(110_000));
      assert.equal(report.lane, 'pre');
      return report.flags.find((flag) => flag.startsWith('not_full:'));
    };
    const header = (source: string): string =>
      source.replace('def phone2numeric(phone)', 'def phone2numeric(phone, *more)');
    assert.equal(await flagOf(header), 'not_full:another_header');
    assert.equal(await flagOf((source) => `${source}\nimport os\n`), 'not_full:another_header');
    const more = (source: string): string =>
      source.replace('    char2number = {', '    pass\nleft = 1\nif left:\n    char2number = {');
    assert.equal(await flagOf(more), 'not_full:does_not_compile');
  });

  it('a function that is called before the first test takes pre', async () => {
    const filePath = 'django/utils/functional.py';
    const fileContent = readFileSync(`${environment.sourceRoot}/${filePath}`, 'utf8');
    const change = { lane: 'full', filePath, fileContent, qualifiedName: 'lazy' } as const;
    const report = await ran('pass', change);
    assert.equal(report.lane, 'pre');
    assert.ok(
      report.flags.some((flag) => /^not_full:(called_at_boot|boot_failed)$/.test(flag)),
      report.flags.join(),
    );
  });

  it('goes on in another slot when its supervisor is killed, and a candidate that is there both times has crashed', async () => {
    const marker = randomUUID();
    const sleeper = `import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', '${marker}'])\ntime.sleep(300)`;
    const running = ran(sleeper, { lane: 'full' });
    for (let kills = 0; kills < 2; kills += 1) {
      const pid = await until(() => processesWith(marker)[0]);
      process.kill(supervisorOf(pid), 'SIGKILL');
      await until(() => (processesWith(marker).includes(pid) ? undefined : true));
    }
    // Strict has the last word; there it is killed, too.
    for (let kills = 0; kills < 2; kills += 1) {
      const pid = await until(() => processesWith(marker)[0]);
      process.kill(supervisorOf(pid), 'SIGKILL');
      await until(() => (processesWith(marker).includes(pid) ? undefined : true));
    }
    const report = await running;
    assert.equal(report.ended, 'crashed');
    assert.ok(report.flags.includes('supervisor_silent'), report.flags.join());
    assert.equal((await ran('pass', { lane: 'full' })).tests[test]?.status, 'passed');
  });
});

/** The outermost Python above a process. */
function supervisorOf(pid: string): number {
  let found = Number(pid);
  for (let parent = found; parent > 1;) {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    if (stat.includes('(python')) found = parent;
    if (stat.includes('(bwrap')) break;
    parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  return found;
}

async function until<T>(look: () => T | undefined, milliseconds = 60_000): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) assert.fail('it did not happen in time');
    await sleep(20);
  }
}

function processesWith(marker: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(marker);
    } catch {
      return false;
    }
  });
}
