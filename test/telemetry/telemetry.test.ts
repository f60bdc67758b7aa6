import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { resourcePath } from '../../src/config/resources.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { hasTraces, startTelemetry, type Telemetry } from '../../src/telemetry/index.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** A collector of traces, as far as it is needed: what it was sent. */
async function startCollector(spans: Span[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      assert.equal(request.url, '/v1/traces');
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('a worker that is looked at', () => {
  let rig: Rig;
  let model: MisbehavingServer;
  let collector: Server;
  let telemetry: Telemetry;
  const spans: Span[] = [];
  before(async () => {
    rig = await openRig();
    model = await startMisbehavingServer({ answer: () => '```python\ndef value(self):\n    return -1\n```' });
    collector = await startCollector(spans);
    const { port } = collector.address() as AddressInfo;
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
    telemetry = await startTelemetry(0);
    const suite = await rig.suite(3, {
      run_name: 'seen',
      inference: { provider: 'openai', model_name: 'test-model', base_url: model.url, max_iter: 2 },
    });
    const worker = await rig.startWorker({ observer: telemetry.observer });
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    await handle.result();
    await worker.stop();
  });
  after(async () => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    await model.stop();
    collector.close();
    await rig.close();
  });

  test('tells Prometheus of turns, tokens, items, runs and steps', async () => {
    const text = await (await fetch(telemetry.metricsAddress ?? '')).text();
    const labels = 'task="method_gen_multiturn",model="test-model"';
    assert.ok(text.includes(`triathlon_worker_turns_total{${labels},verdict="failed"} 6`), text);
    assert.ok(text.includes(`triathlon_worker_items_total{${labels},outcome="failed"} 3`), text);
    assert.match(text, /triathlon_worker_runs_total 1/);
    assert.match(text, /triathlon_worker_tokens_total\{model="test-model",kind="output"\} \d+/);
    assert.match(text, /triathlon_worker_step_seconds_count\{step="gradeAnswer",result="done"\} 6/);
    assert.match(text, /triathlon_worker_steps_open\{step="gradeAnswer"\} 0/);
    assert.match(text, /process_resident_memory_bytes \d+/);
    assert.equal((await fetch((telemetry.metricsAddress ?? '').replace('/metrics', '/'))).status, 404);
  });

  test('is asked by the dashboard only for figures that it has', async () => {
    const text = await (await fetch(telemetry.metricsAddress ?? '')).text();
    const dashboard = await readFile(resourcePath('grafana', 'triathlon.json'), 'utf8');
    const names = new Set(dashboard.match(/triathlon_worker_\w+/g));
    assert.ok(names.size >= 6);
    for (const name of names) assert.match(text, new RegExp(`^${name}[ {]`, 'm'));
  });

  test('sends one trace of a run, whose items hold turns, whose turns hold a request and a grading', async () => {
    await telemetry.close();
    const named = (pattern: RegExp): Span[] => spans.filter(({ name }) => pattern.test(name));
    const [run] = named(/^run seen/);
    assert.ok(run !== undefined && !run.parentSpanId);
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
    const [items, turns] = [named(/^item /), named(/^turn /)];
    const [requests, gradings] = [named(/^chat test-model$/), named(/^grade$/)];
    assert.deepEqual(
      [items, turns, requests, gradings].map(({ length }) => length),
      [3, 6, 6, 6],
    );
    const parentsOf = (children: readonly Span[]) =>
      new Set(children.map(({ parentSpanId }) => parentSpanId));
    const idsOf = (all: readonly Span[]) => new Set(all.map(({ spanId }) => spanId));
    assert.deepEqual(parentsOf(items), idsOf([run]));
    assert.deepEqual(parentsOf(turns), idsOf(items));
    assert.deepEqual(parentsOf(requests), idsOf(turns));
    assert.deepEqual(parentsOf(gradings), idsOf(turns));
    for (const { startTimeUnixNano: from, endTimeUnixNano: to } of spans)
      assert.ok(BigInt(from) <= BigInt(to));
    const facts = new Map(requests[0]?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    assert.equal(facts.get('gen_ai.operation.name'), 'chat');
    assert.equal(facts.get('gen_ai.request.model'), 'test-model');
    assert.equal(typeof facts.get('gen_ai.usage.output_tokens'), 'number');
    assert.equal(facts.get('server.address'), '127.0.0.1');
  });
});

test('Nothing is traced unless a variable of the standard names an endpoint', () => {
  assert.equal(hasTraces({}), false);
  assert.equal(hasTraces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' }), true);
  assert.equal(hasTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }), false);
});

test('A port that is taken is said in words', async () => {
  const first = await startTelemetry(0);
  const port = Number(new URL(first.metricsAddress ?? '').port);
  await assert.rejects(startTelemetry(port), /--metrics-port: 127\.0\.0\.1:\d+ cannot be listened on/);
  await first.close();
});
