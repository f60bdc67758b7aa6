import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../../src/core/row.ts';
import type { TestReport } from '../../../src/core/testReport.ts';
import { chooseWitnesses, failsOnBothSides } from '../../../src/dataset/builder/witnesses.ts';
import { runVariant } from '../../../src/dataset/builder/runVariant.ts';
import type { ProvingGround } from '../../../src/dataset/builder/runVariant.ts';
import { exampleRow } from '../exampleRow.ts';

const visible = Array.from({ length: 10 }, (_, index) => `v${index}`);
const heldOut = Array.from({ length: 10 }, (_, index) => `h${index}`);
const row: Row = exampleRow({
  tests: { full_paths: visible, time_test_norm: null },
  triathlon: {
    schema: 1,
    qualified_name: 'A.f',
    environment: `sha256:${'0'.repeat(64)}`,
    held_out_tests: heldOut,
    expected_statuses: {},
    reference_seconds: { visible: 0, held_out: 0 },
    load_bearing: false,
    single_test: false,
  },
});

/** Tests with an even number fail, later ones more quickly. */
const reportOn = (ids: readonly string[], fails: (id: string) => boolean): TestReport => ({
  ended: 'completed',
  tests: Object.fromEntries(
    ids.map((id) => [
      id,
      { status: fails(id) ? 'failed' : 'passed', seconds: 10 - Number(id.slice(1)), message: '' },
    ]),
  ),
  output: '',
  wallSeconds: 0,
  cpuSeconds: 0,
  peakMemoryBytes: 0,
  flags: [],
  lane: 'full',
  provider: 'scripted',
});
const isEven = (id: string): boolean => Number(id.slice(1)) % 2 === 0;

test('The quickest tests of each side that fail are witnesses; a side without any gives none', () => {
  const all = [...visible, ...heldOut];
  assert.deepEqual(chooseWitnesses(row, reportOn(all, isEven)), [
    'v8',
    'v6',
    'v4',
    'v2',
    'h8',
    'h6',
    'h4',
    'h2',
  ]);
  assert.deepEqual(
    chooseWitnesses(
      row,
      reportOn(all, (id) => id.startsWith('v')),
    ),
    [],
  );
});

test('Witnesses that fail are enough; where fewer than two of a side do, all tests decide', async () => {
  const asked: number[] = [];
  const ground = (fails: (id: string, of: number) => boolean): ProvingGround =>
    ({
      signal: new AbortController().signal,
      sandbox: {
        run: ({ tests }: { tests: readonly string[] }) => {
          asked.push(tests.length);
          return Promise.resolve(reportOn(tests, (id) => fails(id, tests.length)));
        },
      },
    }) as unknown as ProvingGround;
  const ask = (fails: (id: string, of: number) => boolean): Promise<boolean> =>
    failsOnBothSides(ground(fails), row, { fileContent: '', witnesses: ['v8', 'v6', 'h8', 'h6'] });
  assert.equal(await ask(isEven), true);
  assert.equal(await ask((id) => id === 'v1' || id === 'h1'), true);
  assert.equal(await ask((id) => id === 'v1'), false);
  assert.deepEqual(asked, [4, 4, 20, 4, 20]);
  const failsAmongFew = (id: string, of: number): boolean => of === 4 && (id === 'v8' || id === 'h8');
  assert.equal(await ask(failsAmongFew), false);
});

test('A variant that waited until it was stopped is run a second time, strictly; one that worked is not', async () => {
  const lanes: (string | undefined)[] = [];
  const stoppedAfter = (cpuSeconds: number): ProvingGround =>
    ({
      signal: new AbortController().signal,
      sandbox: {
        run: ({ lane }: { lane?: string }) => {
          lanes.push(lane);
          const ended = lane === 'strict' ? 'completed' : 'timed_out';
          return Promise.resolve({ ...reportOn(visible, isEven), ended, cpuSeconds });
        },
      },
    }) as unknown as ProvingGround;
  const run = { fileContent: '', tests: visible, limits: { cpuSeconds: 3 } };
  assert.equal((await runVariant(stoppedAfter(0.5), row, run)).ended, 'completed');
  for (const used of [2.8, 3])
    assert.equal((await runVariant(stoppedAfter(used), row, run)).ended, 'timed_out');
  assert.deepEqual(lanes, ['full', 'strict', 'full', 'full']);
});
