import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { DefaultLogger, Worker } from '@temporalio/worker';
import { installLogger } from '../../src/temporal/worker.ts';
import { workflowBundle } from '../../src/temporal/workflowBundle.ts';

const folder = new URL('../histories/', import.meta.url);
const workflows = ['benchSuite', 'benchRun', 'benchShard', 'benchItem'];

describe('a run that was begun by an older worker', async () => {
  const logger = new DefaultLogger('ERROR');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  let bundle: { codePath: string };

  before(async () => {
    installLogger(logger);
    bundle = await workflowBundle(logger);
  });

  test('is recorded for every workflow', () => {
    for (const workflow of workflows) {
      assert.ok(
        names.some((name) => name.includes(workflow)),
        `no recorded history of ${workflow}: node test/histories/record.ts`,
      );
    }
  });

  for (const name of names) {
    test(`goes on with the workflows as they are now: ${name}`, async () => {
      const history: unknown = JSON.parse(await readFile(new URL(name, folder), 'utf8'));
      try {
        await Worker.runReplayHistory({ workflowBundle: bundle }, history);
      } catch (error) {
        assert.fail(
          `The workflows emit other commands than this history holds: raise WORKFLOW_VERSION in src/core/flow/version.ts, ` +
            `then record again with node test/histories/record.ts. ${String(error)}`,
        );
      }
    });
  }

  test('is noticed when the workflows have changed', async () => {
    const name = names.find((one) => one.includes('benchItem.json')) ?? '';
    const text = await readFile(new URL(name, folder), 'utf8');
    const changed: unknown = JSON.parse(text.replaceAll('gradeAnswer', 'anotherStep'));
    await assert.rejects(Worker.runReplayHistory({ workflowBundle: bundle }, changed));
  });
});
