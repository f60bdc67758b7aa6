import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { commandList, commandListPath } from '../../tools/commandList.ts';

test('docs/commands.md is what the commands say: node tools/commandList.ts', async () => {
  const list = await commandList();
  assert.equal(await readFile(commandListPath, 'utf8'), list);
  for (const line of list.split('\n').filter((one) => one.startsWith('| `bench')))
    assert.match(line, /^\| `bench [^|]+` \| \S[^|]* \|/, 'every command says what it does');
});
