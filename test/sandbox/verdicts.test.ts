import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { judgeReport } from '../../src/core/verdicts.ts';
import type { TestReport } from '../../src/core/testReport.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../src/ports/sandbox.ts';
import { createBubblewrapSandbox } from '../../src/sandbox/index.ts';
import {
  djangoEnvironment,
  limits,
  requestAtImport,
  requestWith,
  test,
  waysToRun,
} from './support/candidates.ts';

const expected = new Map([[test, 'passed' as const]]);

for (const { userNamespace, lane } of waysToRun()) {
  describe(
    `bubblewrap in lane ${lane} ${userNamespace ? 'with' : 'without'} a user namespace`,
    { concurrency: 2 },
    () => {
      const sandbox = createBubblewrapSandbox({ slots: 2, userNamespace });
      let environment: PreparedEnvironment;
      after(() => sandbox.close());
      before(async () => {
        environment = await djangoEnvironment();
        await sandbox.check();
      });

      const run = (request: SandboxRequest): Promise<TestReport> =>
        sandbox.run(request, AbortSignal.timeout(110_000));
      const ran = async (statements: string, change: Partial<SandboxRequest> = {}): Promise<TestReport> =>
        run(await requestWith(environment, statements, { lane, ...change }));

      it('the reference passes', async () => {
        const report = await ran('pass');
        assert.deepEqual(
          [report.ended, report.tests[test]?.status, report.output],
          ['completed', 'passed', ''],
        );
        assert.deepEqual(judgeReport(report, expected), { kind: 'passed' });
        assert.equal(report.lane, lane);
        assert.ok(report.cpuSeconds > 0 && report.peakMemoryBytes > 20_000_000);
      });

      it('a wrong value fails, with its traceback', async () => {
        const report = await ran("return 'x'");
        assert.equal(report.tests[test]?.status, 'failed');
        assert.match(report.tests[test]?.message ?? '', /AssertionError: 'x' != '0800 3569377'/);
      });

      it('an exception is an error, with the candidate in its traceback and no path of the sandbox', async () => {
        const report = await ran("raise ValueError('at ' + hex(id(phone)))");
        assert.equal(report.tests[test]?.status, 'error');
        assert.match(report.tests[test]?.message ?? '', /File "django\/utils\/text.py".*ValueError: at 0x0/s);
        assert.doesNotMatch(report.tests[test]?.message ?? '', /\/bench\/source/);
      });

      it('skipping is no pass', async () => {
        const report = await ran("import unittest\nraise unittest.SkipTest('not today')");
        assert.equal(report.tests[test]?.status, 'skipped');
        assert.deepEqual(judgeReport(report, expected), { kind: 'failed' });
      });

      it('a file that cannot be imported makes each of its tests an error', async () => {
        const report = await run(await requestAtImport(environment, 'def broken(:', { lane }));
        assert.deepEqual([report.ended, report.tests[test]?.status], ['completed', 'error']);
        assert.match(report.tests[test]?.message ?? '', /SyntaxError/);
      });

      it('no tests are no pass', async () => {
        const report = await ran('pass', { tests: [] });
        assert.deepEqual(report.tests, {});
        assert.deepEqual(judgeReport(report, new Map()), { kind: 'failed' });
      });

      it('a test that is not there is an error', async () => {
        const missing = test.replace('test_phone2numeric', 'test_nothing');
        const report = await ran('pass', { tests: [missing] });
        assert.equal(report.tests[missing]?.status, 'error');
      });

      it('an endless loop is timed out by its processor time', async () => {
        const report = await ran('while True: pass', { limits: { ...limits, cpuSeconds: 2 } });
        assert.equal(report.ended, 'timed_out');
      });

      it('a loop that ignores the processor time signal is timed out all the same', async () => {
        const loop = 'import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass';
        const report = await ran(loop, { limits: { ...limits, cpuSeconds: 2 } });
        assert.equal(report.ended, 'timed_out');
      });

      it('a sleep is timed out by the clock on the wall', async () => {
        const report = await ran('import time\ntime.sleep(600)', { limits: { ...limits, wallSeconds: 8 } });
        assert.equal(report.ended, 'timed_out');
        assert.deepEqual(report.tests, {});
      });

      for (const [what, statements] of [
        ['an allocation above the limit', 'keep = bytearray(1 << 30)'],
        ['growing lists', 'keep = []\nwhile True: keep.append(bytes(1 << 20))'],
      ] as const) {
        it(`${what} is out of memory`, async () => {
          assert.equal((await ran(statements)).ended, 'out_of_memory');
        });
      }

      for (const [what, statements] of [
        ['a null pointer', 'import ctypes\nctypes.string_at(0)'],
        ['an abort', 'import os\nos.abort()'],
        ['an early exit with code 0', 'import os\nos._exit(0)'],
        ['an early exit with the code of a frame', 'import os\nos._exit(86)'],
        ['another program in its place', "import os\nos.execv('/bin/sh', ['sh', '-c', 'exit 0'])"],
        ['a stack overflow', 'nest = ()\nfor _ in range(10**6): nest = (nest,)\nhash(nest)'],
        [
          'killing its own group and parent',
          'import os, signal\ntry: os.kill(os.getppid(), 9)\nexcept OSError: pass\nos.killpg(0, 9)',
        ],
      ] as const) {
        it(`${what} is a crash`, async () => {
          const report = await ran(statements);
          assert.deepEqual([report.ended, report.tests], ['crashed', {}]);
          assert.deepEqual(judgeReport(report, expected), { kind: 'crashed' });
        });
      }
    },
  );
}
