import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createBubblewrapLauncher } from '../../../src/sandbox/bubblewrap/bubblewrapLauncher.ts';
import type { Container, Launcher } from '../../../src/sandbox/lanes/container.ts';
import { createLaneSandbox } from '../../../src/sandbox/lanes/laneSandbox.ts';
import { djangoEnvironment, requestWith, test } from '../support/candidates.ts';

it('a slot that nobody uses ends, and the next candidate has another', async () => {
  const environment = await djangoEnvironment();
  const slots: Container[] = [];
  const real = createBubblewrapLauncher();
  const launcher: Launcher = {
    ...real,
    async launch(spec, wait) {
      const container = await real.launch(spec, wait);
      if (spec.mode === 'slot') slots.push(container);
      return container;
    },
  };
  const sandbox = createLaneSandbox({
    launcher,
    check: () => Promise.resolve(),
    slots: 1,
    idleMilliseconds: 1000,
  });
  const run = async (): Promise<void> => {
    const request = await requestWith(environment, 'pass', { lane: 'pre' });
    const report = await sandbox.run(request, AbortSignal.timeout(110_000));
    assert.equal(report.tests[test]?.status, 'passed');
  };
  await run();
  await run();
  assert.equal(slots.length, 1, 'one after the other use the same');
  await slots[0]?.ended;
  await run();
  assert.equal(slots.length, 2);
  await sandbox.close();
  await slots[1]?.ended;
});
