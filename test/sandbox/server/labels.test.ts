import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLabelList } from '../../../src/sandbox/server/labels.ts';
import { Problem } from '../../../src/sandbox/server/problem.ts';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';

const environment = { digest: 'sha256:0' } as PreparedEnvironment;

test('Labels are looked up once each, one at a time, and no crowd of them keeps the others waiting', async () => {
  let running = 0;
  const looked: string[] = [];
  const open: (() => void)[] = [];
  const labels = createLabelList({
    async listTests(_environment, [label = '']) {
      running += 1;
      assert.equal(running, 1);
      await new Promise<void>((resolve) => open.push(resolve));
      running -= 1;
      looked.push(label);
      return [`${label}.T.test_one`];
    },
  });
  const crowd = Array.from({ length: 200 }, (_, n) => `label${n}`);
  await assert.rejects(
    labels.expand(environment, crowd),
    (error) => error instanceof Problem && error.status === 429,
  );
  const mine = labels.expand(environment, ['label0', 'module.Class.test_it']);
  for (; looked.length === 0; open.shift()?.()) await new Promise(setImmediate);
  assert.deepEqual(await mine, ['label0.T.test_one', 'module.Class.test_it']);
});
