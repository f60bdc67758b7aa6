import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { createBubblewrapSandbox } from '../../../src/sandbox/index.ts';
import { djangoEnvironment, requestWith, test } from '../support/candidates.ts';

const otherTest = 'utils_tests.test_text.TestUtilsText.test_slugify';

it('keeps as many targets booted as the memory for them allows, and one always', async () => {
  const environment = await djangoEnvironment();
  const bootedWith = async (warmMemoryBytes: number): Promise<number> => {
    const sandbox = createBubblewrapSandbox({ slots: 1, warmMemoryBytes });
    for (const tests of [[test], [test, otherTest]]) {
      const request = await requestWith(environment, 'pass', { lane: 'full', tests });
      const report = await sandbox.run(request, AbortSignal.timeout(110_000));
      assert.equal(report.lane, 'full', report.flags.join());
    }
    const found = descendantsOf(process.pid);
    await sandbox.close();
    return found;
  };
  assert.equal(await bootedWith(1024 ** 3), (await bootedWith(1)) + 1);
});

function descendantsOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z') parents.set(Number(name), Number(parent));
    } catch {
      // It has ended.
    }
  }
  const isBelow = (one: number): boolean => one === pid || (one > 1 && isBelow(parents.get(one) ?? 0));
  return [...parents.keys()].filter(isBelow).length;
}
