import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRecentRecords } from '../../activities/recentRecords.ts';
import { existing, readAnswer } from '../../activities/storedRecords.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';

describe('the records that a run wrote last', () => {
  it('give back what was written last under a key', () => {
    const recent = createRecentRecords();
    recent.keep('turns/a', 'first');
    recent.keep('turns/a', 'second');
    assert.equal(recent.get('turns/a'), 'second');
    assert.equal(recent.get('turns/b'), null);
  });

  it('forget the oldest when they grow beyond their share of memory', () => {
    const recent = createRecentRecords();
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (const key of ['oldest', 'middle', 'latest']) recent.keep(key, large);
    assert.equal(recent.get('oldest'), null);
    assert.equal(recent.get('middle'), large);
    assert.equal(recent.get('latest'), large);
  });

  it('never answer the question whether a record is there: only the folder does', async () => {
    const folder = '/nonexistent/results';
    const run = { folder, store: createLocalStore(folder), recent: createRecentRecords() };
    run.recent.keep('turns/a', JSON.stringify({ body: 'kept' }));
    assert.equal(await readAnswer(run, 'turns/a'), null);
    assert.equal((await existing(run, 'turns/a', readAnswer)).body, 'kept');
  });
});
