import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { benchHome } from '../../setup/home.js';
import { WORKFLOW_VERSION } from '../../src/core/flow/version.ts';
import { checkCluster } from '../../src/temporal/clusterChecks.ts';
import { versionQueue } from '../../workflows/workflowIds.ts';
import { makeChangedCopy } from '../support/changedCopy.ts';
import { startHost } from '../support/host.ts';
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

  test('is workers of this version: those of another one are told apart', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-other-version-'));
    const { program } = await makeChangedCopy(folder, {
      'src/core/flow/version.ts': [`= ${WORKFLOW_VERSION};`, `= ${WORKFLOW_VERSION + 1};`],
    });
    const other = await startHost({ server: rig.server, home: benchHome(), role: 'workflow', program });
    t.after(async () => {
      await other.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const workers = (await look('default')).checks.at(-1);
    assert.equal(workers?.works, false);
    const identity = `bench-${other.process.pid}@`;
    const words = new RegExp(
      `workflow \\(${versionQueue}\\): none;.*workflow of other versions: ${identity}`,
    );
    assert.match(workers.detail, words);
    assert.match(
      workers.hint ?? '',
      new RegExp(`of another version: this one's poll the queue ${versionQueue}`),
    );
  });

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
