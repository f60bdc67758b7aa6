import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from '../../src/core/errors.ts';
import { createModel } from '../../src/models/index.ts';
import type { Model } from '../../src/ports/model.ts';
import { faultOf, never, origin, request, specFor } from './support.ts';

async function withScript(script: string, use: (open: () => Model) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'triathlon-script-'));
  const file = join(folder, 'answers.yaml');
  await writeFile(file, script);
  try {
    await use(() => createModel(specFor('', { provider: 'scripted', script: file }), {}));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('reference and stub answer with what is known of the row, read by the same parser', async () => {
  for (const provider of ['reference', 'stub'] as const) {
    const model = createModel(specFor('', { provider, baseUrls: [] }), {});
    await model.check(never());
    const answer = model.parse((await model.ask(request, origin, never())).body);
    assert.equal(answer.text, `the ${provider}`);
    assert.equal(answer.finishReason, 'stop');
    assert.equal(answer.promptTokens, null);
    await assert.rejects(model.ask(request, origin, AbortSignal.abort(new Error('cancelled'))), /cancelled/);
    await model.close();
  }
});

test('a script answers by item, sample and turn; its first rule that fits wins', async () => {
  const script = `
answers:
  - { item: a, turn: 1, text: first }
  - { item: a, sample: 1, use: stub }
  - { item: a, text: later, finish_reason: length }
  - { use: reference }
`;
  await withScript(script, async (open) => {
    const model = open();
    const read = async (place: { item: string; sample: number; turn: number }): Promise<string> => {
      const answer = model.parse((await model.ask(request, { ...origin, ...place }, never())).body);
      return `${answer.text} (${answer.finishReason})`;
    };
    assert.equal(await read({ item: 'a', sample: 0, turn: 1 }), 'first (stop)');
    assert.equal(await read({ item: 'a', sample: 1, turn: 2 }), 'the stub (stop)');
    assert.equal(await read({ item: 'a', sample: 0, turn: 2 }), 'later (length)');
    assert.equal(await read({ item: 'b', sample: 0, turn: 1 }), 'the reference (stop)');
  });
});

test('a script delays, fails as often as it says, and sends broken bodies', async () => {
  const script = `
answers:
  - item: a
    text: at last
    delay_milliseconds: 30
    fault: { kind: endpoint, times: 2, retry_after_milliseconds: 50 }
  - { item: b, body: "{" }
`;
  await withScript(script, async (open) => {
    const model = open();
    const ask = (item: string): Promise<{ body: string; milliseconds: number }> =>
      model.ask(request, { ...origin, item }, never());
    assert.equal((await faultOf(ask('a'), 'endpoint')).retryAfterMilliseconds, 50);
    await faultOf(ask('a'), 'endpoint');
    const { body, milliseconds } = await ask('a');
    assert.equal(model.parse(body).text, 'at last');
    assert.ok(milliseconds >= 28);
    assert.equal((await ask('b')).body, '{');
    assert.match((await faultOf(ask('c'), 'fatal')).message, /no answer for item c, sample 0, turn 1/);
    const signal = AbortSignal.timeout(5);
    await assert.rejects(
      model.ask(request, { ...origin, item: 'a' }, signal),
      (thrown) => thrown === signal.reason,
    );
  });
});

test('a bad script is refused with the place that is wrong', async () => {
  const bad = {
    'answers: []': /answers/,
    'answers: [{ txt: x }]': /answers\.0: .*txt/,
    'answers: [{ text: x, use: stub }]': /answers\.0: expected one of text, use, body/,
    'answers: [{ turn: one }]': /answers\.0\.turn/,
    '{': /Cannot read/,
  };
  for (const [script, expected] of Object.entries(bad)) {
    await withScript(script, async (open) => {
      assert.throws(open, (error) => error instanceof ConfigError && expected.test(error.message));
    });
  }
  assert.throws(() => createModel(specFor('', { provider: 'scripted', script: null }), {}), ConfigError);
  assert.throws(() => createModel(specFor('', { provider: 'scripted', script: '/nowhere/x' }), {}), /ENOENT/);
});
