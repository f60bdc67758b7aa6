import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gradeTests } from '../../activities/gradeCandidate.ts';
import type { Grading } from '../../activities/gradeCandidate.ts';
import { shareReports } from '../../activities/shareReports.ts';
import type { RowAdditions } from '../../src/core/row.ts';
import type { LaneChoice } from '../../src/core/testReport.ts';
import type { PreparedEnvironment, Sandbox } from '../../src/ports/sandbox.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import { exampleRow } from '../dataset/exampleRow.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-grade-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The lanes that a row's two lists are asked for. */
async function lanesOf(
  sabotage_noticed: RowAdditions['sabotage_noticed'],
): Promise<(LaneChoice | undefined)[]> {
  const lanes: (LaneChoice | undefined)[] = [];
  const sandbox: Sandbox = {
    check: () => Promise.resolve(),
    prepare: () => Promise.resolve(),
    close: () => Promise.resolve(),
    run({ lane }) {
      lanes.push(lane);
      return Promise.resolve({
        ended: 'completed',
        tests: {},
        output: '',
        wallSeconds: 0,
        cpuSeconds: 0,
        peakMemoryBytes: 0,
        flags: [],
        lane: 'pre',
        provider: 'scripted',
      });
    },
  };
  const triathlon: RowAdditions = {
    schema: 1,
    qualified_name: 'A.f',
    environment: `sha256:${'0'.repeat(64)}`,
    held_out_tests: ['tests.T.test_b'],
    expected_statuses: {},
    reference_seconds: { visible: 0, held_out: 0 },
    load_bearing: false,
    single_test: false,
    ...(sabotage_noticed === undefined ? {} : { sabotage_noticed }),
  };
  const grading = gradingOf(sandbox, triathlon);
  await gradeTests(grading, 'visible');
  await gradeTests(grading, 'held_out');
  return lanes;
}

function gradingOf(sandbox: Sandbox, triathlon: RowAdditions): Grading {
  const policy = { lane: 'auto', strictShare: 0, timeLimitFactor: 10, timeLimitFloorSeconds: 5 };
  const sizes = { memoryBytes: 1, processes: 1, fileBytes: 1, outputBytes: 1 };
  const environment = { name: 'pkg', digest: JSON.stringify(triathlon) } as unknown as PreparedEnvironment;
  const grading = { provider: 'bubblewrap', docker: null, ...policy, ...sizes } as const;
  return {
    run: {
      folder,
      store: createLocalStore(folder),
      openEnvironment: () => Promise.resolve(environment),
      record: { environment, request: { grading } },
    } as unknown as Grading['run'],
    row: exampleRow({ triathlon }),
    extraction: {
      kind: 'candidate',
      code: 'def f(self, x): pass',
      file: 'class A: pass',
      exactFormat: true,
      qualifiedName: 'A.f',
      line: 3,
      suspicions: [],
    },
    sandbox,
    shared: shareReports(4),
    signal: new AbortController().signal,
  };
}

test('Tests that would not notice sabotage are run in the strict lane, the others in that of the run', async () => {
  assert.deepEqual(await lanesOf({ visible: true, held_out: false }), ['auto', 'strict']);
  assert.deepEqual(await lanesOf({ visible: false, held_out: true }), ['strict', 'auto']);
  assert.deepEqual(await lanesOf(undefined), ['auto', 'auto']);
});
