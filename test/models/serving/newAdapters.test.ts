import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLookForAdapters } from '../../../src/models/serving/newAdapters.ts';
import { writeAdapter } from './support.ts';

let folder: string;
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'bench-adapters-'))));
after(() => rm(folder, { recursive: true, force: true }));

test('An adapter is taken when it is whole: configuration, weights, and nothing that still changes', async () => {
  const look = createLookForAdapters(folder);
  await mkdir(join(folder, 'runs'));
  await writeAdapter(join(folder, 'checkpoint-2'), { r: 8 });
  await mkdir(join(folder, 'checkpoint-3'));
  await writeFile(join(folder, 'checkpoint-3', 'adapter_config.json'), '{}');
  assert.deepEqual(await look(), [], 'the first look cannot know what changes');
  assert.deepEqual(await look(), ['checkpoint-2']);
  const weights = join(folder, 'checkpoint-3', 'adapter_model.safetensors');
  await writeFile(weights, '');
  await look();
  assert.deepEqual(await look(), ['checkpoint-2'], 'empty weights are none');
  await writeFile(weights, 'half');
  assert.deepEqual(await look(), ['checkpoint-2']);
  await writeFile(weights, 'half and half');
  assert.deepEqual(await look(), ['checkpoint-2'], 'they have grown since the look before');
  await utimes(weights, new Date(), new Date(0));
  await look();
  assert.deepEqual(await look(), ['checkpoint-3', 'checkpoint-2'], 'in the order of their weights');
  await rm(join(folder, 'checkpoint-2'), { recursive: true });
  assert.deepEqual(await look(), ['checkpoint-3']);
});
