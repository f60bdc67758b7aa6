import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findForgery } from '../../src/core/integrity.ts';
import { judgeReport } from '../../src/core/verdicts.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { createBubblewrapSandbox } from '../../src/sandbox/index.ts';
import { environmentOf } from '../sandbox/support/candidates.ts';
import { forgedRepositories, readForgeries, readReferences } from './corpus.ts';

const parser = await loadPythonParser();
const environments = await Promise.all(forgedRepositories.map(environmentOf));
const sandbox = createBubblewrapSandbox({ slots: 2 });

describe('forged passes', { concurrency: 2 }, () => {
  const forgeries = environments.flatMap((environment) => readForgeries(parser, environment));
  for (const { name, what, request, expected } of forgeries) {
    it(`${name} does not pass: ${what}`, async () => {
      const report = await sandbox.run(request, AbortSignal.timeout(110_000));
      assert.notEqual(judgeReport(report, expected).kind, 'passed', JSON.stringify(report, null, 1));
    });
  }
});

describe('honest passes', { concurrency: 2 }, () => {
  const references = environments.flatMap((environment) => readReferences(parser, environment));
  for (const { name, request, expected, isClass, events } of references) {
    it(`${name} passes, and what is seen of it is clean`, async () => {
      const report = await sandbox.run(request, AbortSignal.timeout(110_000));
      assert.deepEqual(judgeReport(report, expected), { kind: 'passed' }, JSON.stringify(report, null, 1));
      assert.ok(report.integrity);
      const { sabotage, events: all } = report.integrity;
      const seen = isClass ? all.filter((event) => !event.startsWith('imported:')) : all;
      assert.ok(Object.values(sabotage).includes('failed'));
      assert.deepEqual([seen, findForgery(report.integrity)], [events, []]);
    });
  }
  for (const { name, request } of references.filter((_, place) => place % 3 === 0)) {
    it(`${name} has the same report with and without the checks`, async () => {
      const { integrity: _, ...plain } = request;
      const [checked, unchecked] = await Promise.all(
        [request, plain].map((one) => sandbox.run(one, AbortSignal.timeout(110_000))),
      );
      assert.deepEqual(timeless(checked), timeless(unchecked));
    });
  }
});

function timeless(report: Awaited<ReturnType<typeof sandbox.run>> | undefined): unknown {
  if (!report) return null;
  const { wallSeconds: _w, cpuSeconds: _c, peakMemoryBytes: _p, integrity: _i, tests, ...rest } = report;
  const statuses = Object.entries(tests).map(([id, { status, message }]) => [id, status, message]);
  return { ...rest, statuses };
}
