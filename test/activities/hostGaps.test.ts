import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHostGaps } from '../../activities/hostGaps.ts';
import type { EnvironmentBuilds } from '../../activities/environmentBuilds.ts';
import { instantPorts } from '../../benchmarks/orchestration/instantPorts.ts';
import { loadPromptTexts } from '../../src/config/promptTexts.ts';
import { digestOf } from '../../src/core/digest.ts';
import { taskKindOf } from '../../src/core/run.ts';
import { runnerDigest } from '../../src/sandbox/index.ts';
import { recordOf, withRunFolder } from '../report/syntheticRun.ts';

test('A host of a newer version leaves the runs of before to those that are as they were begun', () =>
  withRunFolder(async (_folder, store) => {
    const { request } = recordOf(1);
    const grading = { ...request.grading, provider: 'none' as const };
    const prompts = digestOf((await loadPromptTexts(request.promptsFolder))[taskKindOf(request)]);
    const lock = { prompts, runner: await runnerDigest() };
    const gapsOf = async (changed: Record<string, string>): Promise<(string | undefined)[]> => {
      await store.replace('run.json', [
        JSON.stringify(recordOf(1, { grading }, { lock: { ...lock, ...changed } })),
      ]);
      const ports = { ...(await instantPorts()), openStore: () => store };
      const gapOf = createHostGaps(ports, {} as EnvironmentBuilds);
      return Promise.all(
        (['model', 'sandbox'] as const).map(async (role) => (await gapOf('run', role))?.words),
      );
    };
    const [noModelGap] = await gapsOf({});
    assert.equal(noModelGap, undefined);
    const [model] = await gapsOf({ prompts: 'older' });
    assert.match(model ?? '', /The prompts have changed since the run/);
    const [other, sandbox] = await gapsOf({ runner: 'older' });
    assert.equal(other, undefined);
    assert.match(sandbox ?? '', /The runner have changed since the run/);
  }));
