import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { randomFaults, startMisbehavingServer } from './misbehavingServer.ts';
import type { MisbehavingServerOptions } from './misbehavingServer.ts';

const ask = (url: string, content: string): Promise<string> =>
  fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'test-model', messages: [{ role: 'user', content }] }),
  }).then(
    async (response) => `${response.status} ${await response.text().catch(() => 'cut off')}`,
    () => 'dropped',
  );

test('the same seed spoils the same requests, whatever order they come in; about the share asked for', async () => {
  const options: MisbehavingServerOptions = {
    answer: ({ messages }) => messages[0]?.content ?? '',
    plan: randomFaults(3, 0.25, [{ kind: 'server_error' }, { kind: 'empty_choices' }]),
  };
  const prompts = Array.from({ length: 200 }, (_, n) => `prompt ${n}`);
  const answersOf = async (order: readonly string[]): Promise<Map<string, string>> => {
    const server = await startMisbehavingServer(options);
    const answers = new Map<string, string>();
    for (const prompt of order) answers.set(prompt, await ask(server.url, prompt));
    await server.stop();
    return answers;
  };
  const first = await answersOf(prompts);
  const second = await answersOf(prompts.toReversed());
  for (const prompt of prompts) assert.equal(first.get(prompt), second.get(prompt));
  const spoilt = [...first.values()].filter((answer) => !answer.includes('"content":"prompt'));
  assert.ok(spoilt.length > 30 && spoilt.length < 70, `${spoilt.length} of 200`);
});

test('as a process it prints its address, answers from a file by turn, and logs each request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'triathlon-server-'));
  const answers = join(folder, 'answers.json');
  const log = join(folder, 'requests.jsonl');
  const rules = [{ contains: ['alpha', 'beta'], answer: ['one', 'two'] }];
  await writeFile(answers, JSON.stringify({ default: 'none', answers: rules }));
  const program = fileURLToPath(new URL('./misbehavingServer.ts', import.meta.url));
  const child = spawn(process.execPath, [program, '--answers', answers, '--log', log], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(child.stdout), 'line');
    assert.match(await ask(String(line), 'beta then alpha'), /"content":"one"/);
    assert.match(await ask(String(line), 'alpha'), /"content":"none"/);
    assert.match(await ask(String(line), 'alpha'), /"content":"none"/);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
  const events = (await readFile(log, 'utf8')).trim().split('\n');
  const requests = events.map((event) => JSON.parse(event)).filter(({ event }) => event === 'request');
  assert.deepEqual(
    requests.map(({ n, seenBefore }) => [n, seenBefore]),
    [
      [0, 0],
      [1, 0],
      [2, 1],
    ],
  );
  await rm(folder, { recursive: true });
});
