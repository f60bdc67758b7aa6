import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ResultStore } from '../../src/ports/resultStore.ts';
import type { RunItem } from '../../src/report/readItems.ts';
import { summarizeRun } from '../../src/report/summarize.ts';
import { outcomeOf, recompose, recordOf, rowOf, sampleOf, turnOf, withRunFolder } from './syntheticRun.ts';

const bigCode = 'x = 1\n'.repeat(1_000);
const bigTurn = turnOf(1, { kind: 'passed' }, { code: bigCode, feedback: bigCode });
const templateText = JSON.stringify(outcomeOf(0, [sampleOf([bigTurn])]));

test('memory does not grow with the number of outcomes', (context) =>
  withRunFolder(async (folder, store) => {
    const few = await peakMegabytes(store, 1_000);
    const many = await peakMegabytes(store, 10_000);
    context.diagnostic(`heap in use: ${few} MB with 1 000 outcomes, ${many} MB with 10 000 of 14 kB each`);
    const lines = (await readFile(join(folder, 'results_short.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 10_000);
    // Holding them would take 140 MB.
    assert.ok(many < few + 20, `${few} MB with 1 000 outcomes, ${many} MB with 10 000`);
  }));

/** A store whose outcomes are made when they are read: only what the report keeps is measured. */
async function peakMegabytes(files: ResultStore, count: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  let peak = 0;
  let reads = 0;
  const names = Array.from({ length: count }, (_, idx) => `outcomes/row_${idx}.json`);
  const store: ResultStore = {
    ...files,
    list: async (folder) => (folder === 'outcomes' ? names : []),
    get: async (key) => {
      reads += 1;
      if (reads % 1_000 === 0) {
        collectGarbage();
        peak = Math.max(peak, process.memoryUsage().heapUsed);
      }
      return key.startsWith('outcomes/') ? outcomeBytes(key) : null;
    },
  };
  await summarizeRun({
    store,
    record: recordOf(count),
    items: { [Symbol.asyncIterator]: () => items(count) },
    recompose,
  });
  return Math.round(peak / 2 ** 20);
}

function outcomeBytes(key: string): Buffer {
  return Buffer.from(templateText.replaceAll('row_0', key.slice('outcomes/'.length, -'.json'.length)));
}

async function* items(count: number): AsyncGenerator<RunItem> {
  for (let idx = 0; idx < count; idx += 1) yield { item: `row_${idx}`, row: rowOf(idx) };
}
