import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findForgery, type IntegrityFacts } from '../../src/core/integrity.ts';
import type { TestReport } from '../../src/core/testReport.ts';
import { judgeReport } from '../../src/core/verdicts.ts';
import type { SandboxRequest } from '../../src/ports/sandbox.ts';
import { createBubblewrapSandbox } from '../../src/sandbox/index.ts';
import { checkIntegrity } from '../../src/sandbox/runner/checkIntegrity.ts';
import { djangoEnvironment, limits, requestWith, test } from './support/candidates.ts';

const sandbox = createBubblewrapSandbox({ slots: 2 });
const environment = await djangoEnvironment();
const expected = new Map([[test, 'passed' as const]]);

/** phone2numeric with these statements first, and where it stands. */
async function checkedRequest(
  statements: string,
  change: Partial<SandboxRequest> = {},
): Promise<SandboxRequest> {
  const [request, reference] = await Promise.all([
    requestWith(environment, statements, change),
    requestWith(environment, 'pass'),
  ]);
  const place = ({ fileContent }: SandboxRequest): { line: number; code: string } => {
    const lines = fileContent.split('\n');
    const first = lines.findIndex((line) => line.startsWith('def phone2numeric('));
    const length = lines.slice(first + 1).findIndex((line) => /^\S/.test(line));
    const code = lines
      .slice(first, first + 1 + length)
      .join('\n')
      .trimEnd();
    return { line: first + 1, code };
  };
  return {
    ...request,
    integrity: { candidate: place(request), reference: place(reference), suspicions: ['text'] },
  };
}

describe('a candidate that is checked', { concurrency: 2 }, () => {
  const ran = async (statements: string, change: Partial<SandboxRequest> = {}): Promise<TestReport> =>
    sandbox.run(await checkedRequest(statements, change), AbortSignal.timeout(110_000));

  it('passes when it is honest, and its suspicious constructs are flags', async () => {
    const report = await ran('pass');
    assert.deepEqual(judgeReport(report, expected), { kind: 'passed' });
    assert.deepEqual(report.integrity, {
      sabotage: { empty: 'failed' },
      canaries: [],
      events: [],
      reference: null,
    });
    assert.ok(report.flags.includes('suspicious_text'));
  });

  it('is not sabotaged when its tests fail anyway', async () => {
    const report = await ran("return 'x'");
    assert.deepEqual([report.tests[test]?.status, report.integrity?.sabotage], ['failed', {}]);
  });

  it('may log, format tracebacks, make classes and import what it likes', async () => {
    const statements =
      'import collections, enum, logging, traceback, typing, json.tool\n' +
      "collections.namedtuple('Pair', 'a b')\nenum.Enum('Kind', 'a b')\ntyping.NamedTuple('Other', [('a', int)])\n" +
      "logging.getLogger('x').warning('y')\ntry:\n    raise LookupError\nexcept LookupError:\n    traceback.format_exc()";
    const report = await ran(statements);
    assert.deepEqual([judgeReport(report, expected).kind, report.integrity?.events], ['passed', []]);
  });

  for (const [what, event, statements] of [
    ['the stack in a log', 'frames', "import logging\nlogging.getLogger('x').warning('y', stack_info=True)"],
    ['all classes', 'classes', 'object.__subclasses__()'],
    ['C libraries', 'ctypes', 'import ctypes\nctypes.c_int'],
    [
      'a child that nobody announced',
      'processes',
      'import ctypes, os\nctypes.CDLL(None).fork() or os._exit(0)',
    ],
    [
      'what is restored',
      'restored:contextlib',
      'import contextlib as c\nkept = c.closing\nc.closing = 1\nc.closing = kept',
    ],
  ] as const) {
    it(`may not touch ${what}`, async () => {
      const report = await ran(statements);
      const events = report.integrity?.events ?? [];
      assert.ok(
        judgeReport(report, expected).kind === 'suspected_forgery' &&
          events.some((one) => one.startsWith(event)),
        events.join(),
      );
    });
  }

  for (const [what, ended, statements] of [
    ['an early exit', 'crashed', 'import os\nos._exit(86)'],
    ['a signal', 'crashed', 'import os\nos.abort()'],
    ['an endless loop', 'timed_out', 'while True: pass'],
    ['a sleep', 'timed_out', 'import time\ntime.sleep(600)'],
    ['too much memory', 'out_of_memory', 'keep = bytearray(1 << 30)'],
  ] as const) {
    it(`${what} ends it as it would without the check`, async () => {
      const report = await ran(statements, { limits: { ...limits, wallSeconds: 12, cpuSeconds: 4 } });
      assert.deepEqual([report.ended, report.tests[test]?.status === 'passed'], [ended, false]);
    });
  }

  it('has no lasting effect on its sabotaged run, nor that on its report', async () => {
    const report = await ran("print('once')");
    assert.equal(report.output.match(/once/g)?.length, 2, report.output);
  });
});

describe('what is known of a reference', () => {
  const facts: IntegrityFacts = {
    sabotage: { empty: 'survived', raise: 'failed' },
    canaries: [],
    events: [],
  };
  const reportOf = (seen: IntegrityFacts): TestReport => ({
    ended: 'completed',
    tests: { [test]: { status: 'passed', seconds: 0, message: '' } },
    output: '',
    wallSeconds: 0,
    cpuSeconds: 0,
    peakMemoryBytes: 0,
    flags: [],
    lane: 'strict',
    provider: 'none',
    integrity: { ...seen, reference: null },
  });

  it('is measured once, kept in the folder of the environment, and read from there', async () => {
    const root = await mkdtemp(join(tmpdir(), 'bench-integrity-'));
    try {
      const request = {
        ...(await checkedRequest('pass')),
        environment: { ...environment, root, digest: 'sha256:own' },
      };
      let measured = 0;
      const run = (): Promise<TestReport> =>
        checkIntegrity(request, ({ isReference, form }) => {
          if (isReference && form === 'empty') measured += 1;
          return Promise.resolve(reportOf(facts));
        });
      const [first, second] = [await run(), await run()];
      assert.deepEqual(
        [first.integrity?.reference, second.integrity?.reference, measured],
        [facts, facts, 1],
      );
      assert.equal(
        (await readdir(join(root, 'integrity'))).filter((name) => name.endsWith('.json')).length,
        1,
      );
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('is asked for again where threads alone speak against a pass: they end when they like', async () => {
    const root = await mkdtemp(join(tmpdir(), 'bench-integrity-'));
    const own = { ...environment, root, digest: 'sha256:threads' };
    const request = { ...(await checkedRequest('pass')), environment: own };
    const noticed = { ...facts, sabotage: { empty: 'failed' as const } };
    const looks = async (event: string, lateness: number): Promise<readonly unknown[]> => {
      let asked = 0;
      const { integrity } = await checkIntegrity(request, ({ isReference }) => {
        asked += Number(isReference);
        const saw = !isReference || asked === lateness;
        return Promise.resolve(reportOf(saw ? { ...noticed, events: [event] } : noticed));
      });
      assert.ok(integrity);
      return [findForgery(integrity), asked];
    };
    try {
      assert.deepEqual(await looks('frames', 2), [['frames'], 1]);
      assert.deepEqual(await looks('threads', 9), [['threads'], 5]);
      assert.deepEqual(await looks('threads', 3), [[], 3]);
      assert.deepEqual(await looks('threads', 9), [[], 0]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('needs a reference that passes: one that does not is an error of ours', async () => {
    const request = await checkedRequest('pass', { tests: [`${test}_missing`] });
    const failing = { ...reportOf(facts), tests: {} };
    const run = checkIntegrity(request, ({ isReference }) =>
      Promise.resolve(isReference ? failing : reportOf(facts)),
    );
    await assert.rejects(run, /did not pass the tests that a candidate passed/);
  });

  it('a check that had no time is made again with more, and twice without is an error of ours', async () => {
    const request = await checkedRequest('pass');
    const cut = { ...facts, sabotage: { empty: 'unfinished' } } as const;
    const seconds: number[] = [];
    const report = await checkIntegrity(request, (attempt) => {
      seconds.push(attempt.request.limits.wallSeconds);
      const seen = seconds.length === 1 ? cut : { ...facts, sabotage: { empty: 'failed' as const } };
      return Promise.resolve(reportOf(seen));
    });
    assert.deepEqual([seconds, report.integrity?.sabotage], [[60, 300], { empty: 'failed' }]);
    await assert.rejects(
      checkIntegrity(request, () => Promise.resolve(reportOf(cut))),
      /did not end within 300 s/,
    );
  });
});
