import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { loadPromptTexts, promptsDigest } from '../../src/config/promptTexts.ts';
import { ConfigError } from '../../src/core/errors.ts';

const shipped = join(import.meta.dirname, '..', '..', 'resources', 'prompts');

async function folderWith(t: TestContext, change: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prompts-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(shipped, folder, { recursive: true });
  const path = join(folder, 'completion.yaml');
  await writeFile(path, change(await readFile(path, 'utf8')));
  return folder;
}

test('the shipped prompts load, explain every mark, and a copy of them is the same', async (t) => {
  const texts = await loadPromptTexts(null);
  assert.deepEqual(await loadPromptTexts(await folderWith(t, (text) => text)), texts);
  for (const [task, entries] of Object.entries(texts)) {
    const file = await readFile(join(shipped, `${task}.yaml`), 'utf8');
    const comments = file
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .join('\n');
    const marks = new Set(Object.values(entries).flatMap((text) => text.match(/\{[a-z_]+\}/g) ?? []));
    for (const mark of marks) assert.ok(comments.includes(mark), `${task}: ${mark}`);
  }
});

test('the digest is of what is said, not of comments', async (t) => {
  const before = (await loadPromptTexts(null)).completion;
  const commented = await loadPromptTexts(await folderWith(t, (text) => `# mine\n${text}`));
  const changed = await loadPromptTexts(
    await folderWith(t, (text) => text.replace('Write it.', 'Do write it.')),
  );
  assert.equal(promptsDigest(commented.completion), promptsDigest(before));
  assert.notEqual(promptsDigest(changed.completion), promptsDigest(before));
});

test('a folder with one of the files takes the others from the shipped ones', async (t) => {
  const folder = await folderWith(t, (text) => text.replace('Write it.', 'Go on.'));
  await rm(join(folder, 'program_repair.yaml'));
  await rm(join(folder, 'method_gen_multiturn.yaml'));
  const texts = await loadPromptTexts(folder);
  assert.match(texts.completion['prompt'] ?? '', /Go on\./);
  assert.deepEqual(texts.program_repair, (await loadPromptTexts(null)).program_repair);
});

test('braces that are no marks are just braces, and no system text is fine', async (t) => {
  const folder = await folderWith(t, (text) =>
    text.replace(/system: \|\n.*\n/, 'system:\n').replace('Write it.', 'Write it {} {1} { x }.'),
  );
  const { completion } = await loadPromptTexts(folder);
  assert.equal(completion['system'], '');
  assert.match(completion['prompt'] ?? '', /\{\} \{1\} \{ x \}/);
});

const mistakes: readonly (readonly [title: string, change: (text: string) => string, message: RegExp])[] = [
  [
    'an unknown mark',
    (text) => text.replaceAll('{context}', '{contxt}'),
    /completion\.yaml:\d+: prompt: unknown mark \{contxt\}; did you mean \{context\}\?/,
  ],
  [
    'a mark where there is none',
    (text) => text.replace('Something is', '{report} is'),
    /feedback_hidden: unknown mark \{report\}; this text has no marks/,
  ],
  [
    'an unknown text',
    (text) => `${text}\npromt: x\n`,
    /completion\.yaml:\d+: promt is no text of this task; did you mean prompt\?/,
  ],
  [
    'a missing text',
    (text) => text.replace('feedback_hidden: |', 'system_: |').replace(/system_: \|\n.*\n.*\n/, ''),
    /feedback_hidden: expected a text, found no such key/,
  ],
  [
    'a number for a text',
    (text) => text.replace(/prompt: \|[^#]*#/, 'prompt: 7\n#'),
    /prompt: expected a text, found a number/,
  ],
  ['an empty file', () => '', /expected a mapping of texts, found nothing/],
  ['a list', () => '- a\n', /expected a mapping of texts, found a list/],
  ['broken YAML', (text) => `${text}\nx: [\n`, /completion\.yaml:\d+: /],
];

for (const [title, change, message] of mistakes) {
  test(`${title} is named with file and key`, async (t) => {
    const folder = await folderWith(t, change);
    await assert.rejects(loadPromptTexts(folder), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      assert.ok(error.message.split('\n').length <= 3);
      return true;
    });
  });
}

test('a folder that is not there or holds nothing says how to make one', async (t) => {
  await assert.rejects(
    loadPromptTexts('/nonexistent/prompts'),
    /expected a folder, found nothing at .*get-prompts/,
  );
  const empty = await mkdtemp(join(tmpdir(), 'prompts-'));
  t.after(() => rm(empty, { recursive: true }));
  await assert.rejects(
    loadPromptTexts(empty),
    /expected method_gen_multiturn\.yaml.*found none.*get-prompts/,
  );
});
