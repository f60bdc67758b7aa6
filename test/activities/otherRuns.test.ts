import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOtherRuns, fittingRuns } from '../../activities/otherRuns.ts';
import { StorageError } from '../../src/core/errors.ts';
import type { ResultStore } from '../../src/ports/resultStore.ts';
import { recordOf, withRunFolder } from '../report/syntheticRun.ts';

test('A listing of answers that failed is made again', () =>
  withRunFolder(async (_folder, store) => {
    let times = 0;
    const list: ResultStore['list'] = (prefix) => {
      times += 1;
      return times === 1
        ? Promise.reject(new StorageError('away for a moment', { retry: true }))
        : store.list(prefix);
    };
    const others = createOtherRuns(() => ({ ...store, list }), { replay: ['other'] });
    await assert.rejects(others.find('digest', 0), /away for a moment/);
    assert.equal(await others.find('digest', 0), null);
    assert.equal(times, 2);
  }));

test('Only answers of a model that was served in the same way are replayed', () =>
  withRunFolder(async (_folder, store) => {
    const lock = { provider: '"vllm"', model_name: '"m"', 'server.quantization': '"fp8"', prompts: 'old' };
    await store.putOnce('run.json', JSON.stringify(recordOf(1, {}, { lock })));
    const fits = async (now: Record<string, string>) =>
      (await fittingRuns(() => store, { replay: ['other'] }, now)).length === 1;
    assert.equal(await fits({ ...lock, prompts: 'new' }), true);
    assert.equal(await fits({ ...lock, 'server.threads': '4' }), true);
    assert.equal(await fits({ provider: lock.provider, model_name: lock.model_name }), false);
    assert.equal(await fits({ ...lock, 'server.dtype': '"float16"' }), false);
  }));
