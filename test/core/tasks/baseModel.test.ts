import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFamilies } from '../../../src/config/fimFamilies.ts';
import { loadPromptTexts } from '../../../src/config/promptTexts.ts';
import { resourcePath } from '../../../src/config/resources.ts';
import type { Answer } from '../../../src/core/answer.ts';
import type { Row } from '../../../src/core/row.ts';
import type { FimForm } from '../../../src/core/run.ts';
import { composeBasePrompt, extractBaseAnswer } from '../../../src/core/tasks/baseModel.ts';
import { readDataset } from '../../../src/dataset/readDataset.ts';
import { policy, tasks } from './sampleRow.ts';

const task = tasks.completion;
const { rows } = await readDataset(resourcePath('datasets/django-4.0.4-mini.jsonl.gz'));
const usable = rows.filter((row) => task.whyLeftOut(row, policy) === null);
const texts = (await loadPromptTexts(null)).completion;
const forms: FimForm[] = Object.entries(readFamilies()).map(([family, { template, stop }]) => ({
  family,
  template,
  stop,
}));

const answer = (text: string, finishReason: Answer['finishReason'] = 'stop'): Answer => ({
  text,
  finishReason,
  reasoning: '',
  refusal: null,
  promptTokens: null,
  completionTokens: null,
  reasoningTokens: null,
  fingerprint: null,
  servedModel: null,
});
/** The lines that the repository has in the gap. */
const missing = (row: Row): string => task.referenceAnswer(row).split('\n').slice(1, -1).join('\n');
const extract = (row: Row, given: Answer, fim: FimForm | null = null) =>
  extractBaseAnswer({ task, row }, given, fim);

test('a base model goes on with the file up to the cut, and the gap between prefix and suffix is what is missing', () => {
  for (const row of usable) {
    const given = { task, row, policy: { ...policy, maxContextCharacters: 1e6 }, texts, past: [] };
    const { prompt, stop } = composeBasePrompt(given, null);
    assert.ok(row.raw_file_content.startsWith(prompt), row.dp_id);
    assert.ok(row.raw_file_content.slice(prompt.length).startsWith(missing(row)), row.dp_id);
    assert.equal(stop.length, 4);
    const word = stop.find((one) => `\n${missing(row)}`.includes(one));
    assert.equal(word, undefined, `${row.dp_id} would stop at ${word}`);
    for (const fim of forms) {
      const suffixed = { ...given, policy: { ...given.policy, completionForm: 'prefix_suffix' as const } };
      const filled = composeBasePrompt(suffixed, fim);
      const [before = '', between = '', after = ''] = fim.template.split(/\{(?:prefix|suffix)\}/);
      const rest = row.raw_file_content.slice(prompt.length + missing(row).length);
      const inOrder = fim.template.indexOf('{prefix}') < fim.template.indexOf('{suffix}');
      const [one, other] = inOrder ? [prompt, rest] : [rest, prompt];
      assert.equal(filled.prompt, `${before}${one}${between}${other}${after}`, `${row.dp_id} ${fim.family}`);
      assert.deepEqual(filled.stop, fim.stop);
    }
  }
});

test('what a base model wrote is cut to the body: at a mark, and where the method ends', () => {
  for (const row of usable) {
    const own = /^\s*/.exec(row.method.declaration)?.[0] ?? '';
    const next = `\n\n${own}def another(self):\n${own}    return 1\n`;
    const whole = extract(row, answer(missing(row)));
    assert.ok(whole.kind === 'candidate' && whole.code === task.referenceCode(row), row.dp_id);
    for (const given of [
      answer(`${missing(row)}${next}`),
      answer(`${missing(row)}${next}`, 'length'),
      answer(`${missing(row)}\n<|endoftext|>and more`),
    ]) {
      const found = extract(row, given, forms[0]);
      assert.ok(found.kind === 'candidate' && found.code === whole.code, row.dp_id);
    }
  }
});

test('an answer that was cut in the middle, is empty or does not go on is counted as what it is', () => {
  const [row] = usable;
  assert.ok(row);
  const reasonOf = (given: Answer) => {
    const found = extract(row, given);
    return found.kind === 'unusable_answer' ? found.reason : found.kind;
  };
  assert.equal(reasonOf(answer(missing(row), 'length')), 'truncated');
  assert.equal(reasonOf(answer('')), 'empty');
  assert.equal(reasonOf(answer('\n\n', 'length')), 'truncated');
  assert.equal(reasonOf(answer('return )')), 'syntax_error');
});

test('other tasks are asked in words, and go on with a block of code that they open', async () => {
  const generation = tasks.method_gen_multiturn;
  const [row] = rows;
  assert.ok(row);
  const words = (await loadPromptTexts(null)).method_gen_multiturn;
  const code = generation.referenceAnswer(row).split('\n').slice(1, -1).join('\n');
  const past = [{ answerText: `${code}\n\`\`\`\nand more`, feedback: 'It failed.' }];
  const { prompt, stop } = composeBasePrompt({ task: generation, row, policy, texts: words, past }, null);
  assert.ok(
    prompt.endsWith(`\`\`\`python\n${code}\n\`\`\`\n\nIt failed.\n\n\`\`\`python\n`),
    prompt.slice(-300),
  );
  assert.deepEqual(stop, ['\n```']);
  const given = { task: generation, row };
  for (const text of [code, `${code}\n\`\`\`\nHere it is.`]) {
    const found = extractBaseAnswer(given, answer(text), null);
    assert.ok(found.kind === 'candidate' && found.code === generation.referenceCode(row));
  }
  const cut = extractBaseAnswer(given, answer(code, 'length'), null);
  assert.ok(cut.kind === 'unusable_answer' && cut.reason === 'truncated');
});
