import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPromptTexts } from '../../../src/config/promptTexts.ts';
import type { Message } from '../../../src/core/answer.ts';
import type { TaskPolicy } from '../../../src/core/run.ts';
import { composeConversation } from '../../../src/core/tasks/conversation.ts';
import { policy, sampleFile, sampleRow, tasks } from './sampleRow.ts';

const allTexts = await loadPromptTexts(null);
const task = tasks.method_gen_multiturn;
const texts = allTexts.method_gen_multiturn;
const row = sampleRow({ name: 'Shop.total' });
const past = [1, 2, 3].map((turn) => ({ answerText: `answer ${turn}`, feedback: `feedback ${turn}` }));

function conversation(arm: Partial<TaskPolicy>, turns: number): readonly Message[] {
  return composeConversation({ task, row, policy: { ...policy, ...arm }, texts, past: past.slice(0, turns) });
}

const said = (messages: readonly Message[]): string[] => messages.slice(2).map(({ content }) => content);

test('each turn begins with the turn before, byte for byte', () => {
  for (const arm of [{}, { think: false }, { noFeedback: true }]) {
    for (const turn of [1, 2, 3]) {
      const before = conversation(arm, turn - 1);
      assert.deepEqual(conversation(arm, turn).slice(0, before.length), before);
      assert.equal(conversation(arm, turn).length, before.length + 2);
    }
  }
});

test('the arms choose which turns are shown', () => {
  assert.deepEqual(said(conversation({}, 2)), ['answer 1', 'feedback 1', 'answer 2', 'feedback 2']);
  assert.deepEqual(said(conversation({ noMultiturn: true }, 3)), []);
  assert.deepEqual(said(conversation({ noHistory: true }, 3)), ['answer 3', 'feedback 3']);
  assert.deepEqual(said(conversation({ repairSampling: true }, 3)), ['answer 1', 'feedback 1']);
});

test('without thinking every user message ends with the word for it, and no other does', () => {
  const messages = conversation({ think: false }, 2);
  for (const { role, content } of messages) assert.equal(content.endsWith(' /no_think'), role === 'user');
});

test('the first prompt of generation shows the file with a mark in the place of the method', () => {
  const [system, user] = conversation({}, 0);
  assert.equal(system?.role, 'system');
  const content = user?.content ?? '';
  assert.match(content, /class Shop\(Base\):[^]*\n {4}# \(write total here\)\n[^]*def name/);
  assert.doesNotMatch(content, /result \+= item\.price|Tax is added/);
  assert.match(content, /def total\(self, items, \*, tax=0\):\n```/);
  assert.match(content, /Does what it should\./);
});

test('the first prompt of completion shows the half method, and what follows it where that is asked for', () => {
  const own = sampleRow({ name: 'Shop.total', cutBefore: 'result += item.price' });
  const { completion } = tasks;
  const compose = (arm: Partial<TaskPolicy>): string =>
    composeConversation({
      task: completion,
      row: own,
      policy: { ...policy, ...arm },
      texts: allTexts.completion,
      past: [],
    })[1]?.content ?? '';
  assert.match(compose({}), / {16}continue\n {12}# \(continue here\)\n```/);
  const content = compose({ completionForm: 'prefix_suffix' });
  assert.match(content, / {16}continue\n {12}# \(continue here\)\n\n {4}@property/);
  assert.doesNotMatch(content, /result \+= item\.price|Tax comes last/);
});

test('the first prompt of repair shows the whole file and does not name the method', () => {
  const own = sampleRow({ name: 'Shop.clean', bug: { from: 'in self', to: 'not in self' } });
  const { program_repair } = tasks;
  const compose = (arm: Partial<TaskPolicy>): string =>
    composeConversation({
      task: program_repair,
      row: own,
      policy: { ...policy, ...arm },
      texts: allTexts.program_repair,
      past: [],
    })[1]?.content ?? '';
  assert.ok(compose({}).includes(own.file_with_buggy_method ?? '-'));
  assert.match(compose({}), /AssertionError: 1 != 2/);
  assert.doesNotMatch(compose({ repairContext: null }), /AssertionError|failing_tests|\n\n\n\n\n/);
  assert.doesNotMatch(compose({}).replace(own.file_with_buggy_method ?? '', ''), /clean/);
  assert.equal(compose({ contextSource: 'class' }), compose({}));
});

test('marks inside a file stay as they are, and a fence inside it does not end the prompt', () => {
  const source = `${sampleFile}\nTEXT = """\n\`\`\`\n{declaration} {context} {nonsense}\n"""\n`;
  const own = sampleRow({ name: 'Shop.total', source });
  const content = task.composePrompt(own, policy, texts)[1]?.content ?? '';
  assert.match(
    content,
    /\n````python\nimport os\n[^]*\n```\n\{declaration\} \{context\} \{nonsense\}\n"""\n\n````\n/,
  );
});
