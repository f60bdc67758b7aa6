import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { TestReport } from '../../../src/core/testReport.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { djangoEnvironment, limits, requestWith, test } from '../support/candidates.ts';
import { processesWith, sleeperNamed, until } from '../support/processes.ts';
import { startServer, type RunningServer } from '../support/sandboxServers.ts';

describe('the typed route', () => {
  let environment: PreparedEnvironment;
  let server: RunningServer;
  before(async () => {
    environment = await djangoEnvironment();
    server = await startServer({ queueLength: 1 });
  });
  after(() => server.stop());

  it('answers a report on each test, with the versions that made it', async () => {
    const { status, json } = await grade(server, await bodyWith(environment, 'pass'));
    assert.equal(status, 200);
    assert.equal(json.report.tests[test]?.status, 'passed');
    assert.deepEqual(json.versions, {
      runner: json.versions.runner,
      environment: environment.digest,
      provider: 'bubblewrap',
    });
    const failed = await grade(server, await bodyWith(environment, "return 'x'"));
    assert.equal(failed.json.report.tests[test]?.status, 'failed');
  });

  it('an environment is found by its name, too, and an unknown one is named with those that are there', async () => {
    const body = await bodyWith(environment, 'pass');
    assert.equal((await grade(server, { ...body, environment: 'django' })).status, 200);
    const missing = await grade(server, { ...body, environment: `sha256:${'0'.repeat(64)}` });
    assert.deepEqual([missing.status, missing.json.code], [404, 'unknown_environment']);
    assert.match(missing.json.detail, new RegExp(environment.digest));
    const path = await grade(server, { ...body, environment: '/etc/passwd' });
    assert.deepEqual([path.status, path.json.code], [400, 'bad_body']);
  });

  it('a test that does not exist is an error of that test', async () => {
    const missing = test.replace('phone2numeric', 'nothing');
    const { json } = await grade(server, await bodyWith(environment, 'pass', { tests: [test, missing] }));
    assert.deepEqual(
      [json.report.tests[test]?.status, json.report.tests[missing]?.status],
      ['passed', 'error'],
    );
  });

  it('the same key and body are graded once, in flight and afterwards; another body is refused', async () => {
    const key = randomUUID();
    const body = await bodyWith(environment, 'import random\nraise ValueError(random.randrange(10 ** 12))');
    const answers = await Promise.all([grade(server, body, { key }), grade(server, body, { key })]);
    const later = await grade(server, body, { key });
    assert.deepEqual([answers[1].json, later.json], [answers[0].json, answers[0].json]);
    assert.match(answers[0].json.report.tests[test]?.message ?? '', /ValueError: \d+/);
    const fresh = await grade(server, body, { key: randomUUID() });
    assert.notEqual(fresh.json.report.wallSeconds, later.json.report.wallSeconds);
    const reused = await grade(server, { ...body, tests: [test, 'a.B.test_c'] }, { key });
    assert.deepEqual([reused.status, reused.json.code], [409, 'key_reused']);
  });

  it('an item whose client went away is killed; one that somebody else waits for goes on', async () => {
    const [alone, shared] = [randomUUID(), randomUUID()];
    const [first, second] = [new AbortController(), new AbortController()];
    const gone = grade(server, await bodyWith(environment, sleeperNamed(alone)), { signal: first.signal });
    const key = randomUUID();
    const body = await bodyWith(environment, sleeperNamed(shared));
    const left = grade(server, body, { key, signal: second.signal });
    const third = new AbortController();
    const stayed = grade(server, body, { key, signal: third.signal });
    for (const one of [gone, left, stayed]) one.catch(() => undefined);
    await until(() => processesWith(alone).length > 0 && processesWith(shared).length > 0);
    first.abort();
    second.abort();
    await until(() => processesWith(alone).length === 0);
    assert.ok(processesWith(shared).length > 0);
    third.abort();
    await until(() => processesWith(shared).length === 0);
    assert.equal((await grade(server, await bodyWith(environment, 'pass'))).status, 200);
  });

  it('beyond the queue there is 429 with Retry-After, and never more than the slots run', async () => {
    const marker = randomUUID();
    const stop = new AbortController();
    const bodies = await Promise.all([1, 2, 3].map(() => bodyWith(environment, sleeperNamed(marker))));
    const waiting = bodies.map((body) => grade(server, body, { signal: stop.signal }));
    for (const one of waiting) one.catch(() => undefined);
    await until(async () => (await get(server, '/healthz')).json.waiting === 1);
    await until(() => processesWith(marker).length >= 2);
    const refused = await grade(server, bodies[0] ?? {});
    assert.deepEqual([refused.status, refused.json.code], [429, 'queue_full']);
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^triathlon_sandbox_running 2$/m);
    assert.match(metrics, /^triathlon_sandbox_queue_length 1$/m);
    stop.abort();
    await until(async () => (await get(server, '/healthz')).json.running === 0);
    assert.deepEqual(processesWith(marker), []);
  });

  it('a body of 50 MB, one that is no JSON and an unknown route are refused', async () => {
    const large = await grade(server, { fileContent: 'x'.repeat(50_000_000) });
    assert.deepEqual([large.status, large.json.code], [413, 'body_too_large']);
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${server.url}/v1/grade`, { method: 'POST', body: '{', headers });
    assert.equal(broken.status, 400);
    const plain = await fetch(`${server.url}/v1/grade`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'text/plain' },
    });
    assert.equal(plain.status, 415);
    assert.equal((await get(server, '/nothing')).status, 404);
  });

  it('its OpenAPI document describes the bodies that it takes', async () => {
    const { json } = await get(server, '/openapi.json');
    const post = json.paths['/v1/grade']?.post;
    assert.ok(post);
    const answered = post.responses['200'];
    assert.ok(answered);
    const check = new Ajv2020({ strict: false }).compile(post.requestBody.content['application/json'].schema);
    assert.ok(check(await bodyWith(environment, 'pass')));
    assert.ok(!check({ ...(await bodyWith(environment, 'pass')), tests: null }));
    const answer = new Ajv2020({ strict: false }).compile(answered.content['application/json'].schema);
    assert.ok(answer((await grade(server, await bodyWith(environment, 'pass'))).json));
  });
});

describe('a server with a token', () => {
  const token = 'a-long-and-secret-token';

  it('answers nobody without it, and tells it to no log', async () => {
    await using server = await disposable({ token, openRunItem: false });
    for (const headers of [{}, { authorization: 'Bearer another' }, { authorization: token }]) {
      for (const path of ['/v1/environments', '/metrics', '/openapi.json']) {
        assert.equal((await fetch(`${server.url}${path}`, { headers })).status, 401, path);
      }
      const item = await fetch(`${server.url}/run_item?token=${token}`, {
        method: 'POST',
        body: '{',
        headers,
      });
      assert.equal(item.status, 401);
    }
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(`${server.url}/v1/environments`, { headers })).status, 200);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    await until(() => server.log.length >= 14);
    assert.doesNotMatch(server.log.join('\n'), new RegExp(token));
  });

  it("lets the original's client in only where that is allowed", async () => {
    await using server = await disposable({ token, openRunItem: true });
    const headers = { 'content-type': 'application/json' };
    assert.equal(
      (await fetch(`${server.url}/run_item`, { method: 'POST', body: '{}', headers })).status,
      400,
    );
    assert.equal(
      (await fetch(`${server.url}/v1/grade`, { method: 'POST', body: '{}', headers })).status,
      401,
    );
  });
});

async function disposable(
  change: Parameters<typeof startServer>[0],
): Promise<RunningServer & AsyncDisposable> {
  const server = await startServer(change);
  return { ...server, [Symbol.asyncDispose]: () => server.stop() };
}

async function bodyWith(
  environment: PreparedEnvironment,
  statements: string,
  change: Partial<SandboxRequest> = {},
) {
  const { filePath, fileContent, qualifiedName, tests } = await requestWith(environment, statements, change);
  return { environment: environment.digest, filePath, fileContent, qualifiedName, tests, limits };
}

interface Asked {
  readonly key?: string;
  readonly signal?: AbortSignal;
}

async function grade(server: RunningServer, body: object, { key, signal }: Asked = {}) {
  const response = await fetch(`${server.url}/v1/grade`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    ...(signal && { signal }),
  });
  return { status: response.status, headers: response.headers, json: await readJson(response) };
}

async function get(server: RunningServer, path: string) {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, json: await readJson(response) };
}

/** What an answer may hold; each test looks at the part that is its own. */
interface Json {
  readonly report: TestReport;
  readonly versions: Readonly<Record<string, string>>;
  readonly code: string;
  readonly detail: string;
  readonly running: number;
  readonly waiting: number;
  readonly paths: Readonly<Record<string, { readonly post: Operation }>>;
}

interface Operation {
  readonly requestBody: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: object } };
}

async function readJson(response: Response): Promise<Json> {
  return (await response.json()) as Json;
}
