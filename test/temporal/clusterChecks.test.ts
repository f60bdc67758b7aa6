import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkCluster } from '../../src/temporal/clusterChecks.ts';
import { openRig, type Rig } from '../support/rig.ts';

describe('what a shared server must have', () => {
  let rig: Rig;
  before(async () => {
    rig = await openRig();
  });
  after(() => rig.close());

  const look = async (namespace: string) => {
    const checks = await checkCluster({ address: rig.server.address, namespace, start: false });
    return { checks, states: checks.map(({ name, works }) => [name, works]) };
  };
  const present = [
    ['Temporal server', true],
    ['namespace default', true],
    ['list of workflows', true],
  ];

  test('is there but for a worker, until one comes', async () => {
    assert.deepEqual((await look('default')).states, [...present, ['workers', false]]);
    const worker = await rig.startWorker();
    for (let tries = 0; tries < 100; tries += 1) {
      const { states } = await look('default');
      if (states.at(-1)?.[1] === true) break;
    }
    assert.deepEqual((await look('default')).states, [...present, ['workers', true]]);
    await worker.stop();
  });

  test('is told by name where it is missing, with the command that makes it', async () => {
    const { checks, states } = await look('nowhere');
    assert.deepEqual(states, [
      ['Temporal server', true],
      ['namespace nowhere', false],
    ]);
    assert.match(checks[1]?.hint ?? '', /namespace create --namespace nowhere/);
  });

  test('is not looked for where nothing answers', async () => {
    await assert.rejects(
      checkCluster({ address: '127.0.0.1:1', namespace: null, start: false }),
      /^ConfigError: Temporal at 127\.0\.0\.1:1: nothing listens on port 1/,
    );
  });
});
