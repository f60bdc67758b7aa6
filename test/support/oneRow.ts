import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { resourcePath } from '../../src/config/resources.ts';

/** A dataset of this one row of the shipped set; its path. */
export async function writeRow(folder: string, item: string): Promise<string> {
  const { rows } = await readDataset(resourcePath('datasets/django-4.0.4.jsonl.gz'));
  const row = rows.find(({ dp_id }) => dp_id === item);
  assert.ok(row, item);
  const path = join(folder, 'row.jsonl');
  await writeFile(path, `${JSON.stringify(row)}\n`);
  return path;
}
