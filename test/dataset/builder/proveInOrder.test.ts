import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuiltRow } from '../../../src/dataset/builder/buildRow.ts';
import { proveInOrder } from '../../../src/dataset/builder/proveInOrder.ts';
import type { LocatedMethod } from '../../../src/dataset/builder/reachedTests.ts';
import { exampleRow } from '../exampleRow.ts';

const candidates = Array.from(
  { length: 30 },
  (_, index) => ({ name: `m${index}`, filePath: `f${index % 4}.py` }) as LocatedMethod,
);

/** Every third candidate cannot be proved; how long a proof takes is up to the caller. */
async function prove(located: LocatedMethod, milliseconds: number): Promise<BuiltRow> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const number = Number(located.name.slice(1));
  if (number % 3 === 0) return { kind: 'left_out', reason: 'no_bug' };
  return { kind: 'row', row: exampleRow({ dp_id: located.name, file_path: located.filePath }) };
}

const settings = {
  limit: 7,
  maxPerFile: 2,
  slots: 3,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

test('The rows kept depend on the order of the candidates, not on which proof was quicker', async () => {
  const names = async (delay: (index: number) => number): Promise<readonly string[]> => {
    const proved = await proveInOrder(candidates, {
      ...settings,
      prove: (located) => prove(located, delay(Number(located.name.slice(1)))),
    });
    return proved.rows.map((row) => row.dp_id);
  };
  const quickFirst = await names((index) => index);
  const quickLast = await names((index) => 30 - index);
  assert.deepEqual(quickFirst, ['m1', 'm2', 'm4', 'm5', 'm7', 'm8', 'm10']);
  assert.deepEqual(quickLast, quickFirst);
});

test('No file gives more rows than it may, and reasons are counted', async () => {
  const progress: string[] = [];
  const proved = await proveInOrder(candidates, {
    ...settings,
    limit: null,
    onProgress: (line) => progress.push(line),
    prove: (located) => prove(located, 1),
  });
  const perFile = Map.groupBy(proved.rows, (row) => row.file_path);
  assert.deepEqual(
    [...perFile.values()].map((rows) => rows.length),
    [2, 2, 2, 2],
  );
  assert.ok((proved.leftOut['no_bug'] ?? 0) > 0);
  assert.match(progress[0] ?? '', /^row 0 m0: left out: no_bug, less than a minute left$/);
});

test('A proof that breaks ends the build with its error', async () => {
  const broken = proveInOrder(candidates, {
    ...settings,
    prove: (located) =>
      located.name === 'm4' ? Promise.reject(new Error('sandbox gone')) : prove(located, 1),
  });
  await assert.rejects(broken, /sandbox gone/);
});

test('An aborted build stops', async () => {
  const signal = AbortSignal.abort(new Error('stop'));
  await assert.rejects(
    proveInOrder(candidates, { ...settings, signal, prove: (located) => prove(located, 1) }),
    /stop/,
  );
});
