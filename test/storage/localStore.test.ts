import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { StorageError } from '../../src/core/errors.ts';
import type { ResultStore } from '../../src/ports/resultStore.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';

describe('the local store', () => {
  let folder: string;
  let store: ResultStore;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-store-'));
    store = createLocalStore(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('gives back what was put, and null for what was not', async () => {
    assert.equal(await store.putOnce('a/b/one.json', '{"grüße": 1}'), true);
    assert.equal((await store.get('a/b/one.json'))?.toString(), '{"grüße": 1}');
    assert.equal(await store.get('a/b/two.json'), null);
  });

  test('has one winner when fifty write the same key at once, and the winner is what is read', async () => {
    const writes = Array.from({ length: 50 }, (_, writer) => store.putOnce('race.json', String(writer)));
    const winners = (await Promise.all(writes)).flatMap((won, writer) => (won ? [writer] : []));
    assert.equal(winners.length, 1);
    assert.equal((await store.get('race.json'))?.toString(), String(winners[0]));
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  test('lists keys below a folder, sorted, without temporary files', async () => {
    await store.putOnce('list/b.json', '');
    await store.putOnce('list/a/c.json', '');
    await writeFile(join(folder, 'list', 'half.json.tmp'), '');
    assert.deepEqual(await store.list('list'), ['list/a/c.json', 'list/b.json']);
    assert.deepEqual(await store.list('nothing/here'), []);
  });

  test('replaces a derived file as a whole, and keeps the old one when the writing fails', async () => {
    await store.replace('table.jsonl', ['one\n', 'two\n']);
    const failing = (function* (): Generator<string> {
      yield 'half\n';
      throw new Error('stopped');
    })();
    await assert.rejects(store.replace('table.jsonl', failing), StorageError);
    assert.equal((await store.get('table.jsonl'))?.toString(), 'one\ntwo\n');
  });

  test('tells that a key was claimed before and never released', async () => {
    const first = await store.claim('turns/x.json');
    assert.equal(first.heldBefore, false);
    const second = await store.claim('turns/x.json');
    assert.equal(second.heldBefore, true);
    await second.release();
    const third = await store.claim('turns/x.json');
    assert.equal(third.heldBefore, false);
    await third.release();
  });

  test('never leaves its folder', async () => {
    await assert.rejects(store.get('../outside'), StorageError);
    await assert.rejects(store.putOnce('/etc/outside', ''), StorageError);
  });

  test('says in one line what to do when a file is in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(store.putOnce('file/below.json', ''), /A file is in the way|ENOTDIR|exists/);
  });

  test('says so where no folder can be made, instead of waiting for ever', async () => {
    await assert.rejects(createLocalStore('/proc/nowhere/run').claim('x'), /set paths\.output_folder/);
  });

  test('asks for nothing that it could not keep: a disk with little room refuses the claim', async (context) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'bench-test', disk]).status === 0;
    if (!mounted) return context.skip('mounting a small disk needs root');
    try {
      await assert.rejects(
        createLocalStore(disk).claim('turns/x.json'),
        /64 MiB are free .* Free some space/,
      );
      await assert.rejects(
        createLocalStore(disk).putOnce('big', Buffer.alloc(16_000_000)),
        /The disk is full/,
      );
      assert.deepEqual(await readdir(disk), ['turns'], 'nothing half-written stays');
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
