import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openWorkFolder } from '../../src/dataset/builder/workFolder.ts';

describe('what a stage keeps', () => {
  const made: string[] = [];
  after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-work-'));
    made.push(folder);
    return folder;
  }

  const never = (): Promise<string> => Promise.reject(new Error('was made again'));

  test('is given again by another process, whatever its name is made of', async () => {
    const folder = await newFolder();
    const names = ['row-a/b', 'row-a_b', `${'é'.repeat(200)}1`, `${'é'.repeat(200)}2`];
    const work = openWorkFolder(folder);
    for (const name of names)
      assert.equal(await work.keep(name, () => Promise.resolve(`of ${name}`)), `of ${name}`);
    const again = openWorkFolder(folder);
    for (const name of names) assert.equal(await again.keep(name, never), `of ${name}`);
    assert.equal((await readdir(folder)).length, names.length);
  });

  test('is made anew where its file is damaged', async () => {
    const folder = await newFolder();
    const work = openWorkFolder(folder);
    await work.keep('one', () => Promise.resolve(1));
    const [file = ''] = await readdir(folder);
    await writeFile(join(folder, file), 'no gzip');
    assert.equal(await work.keep('one', () => Promise.resolve(2)), 2);
    assert.equal(await openWorkFolder(folder).keep('one', () => Promise.resolve(3)), 2);
  });
});
