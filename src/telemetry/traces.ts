import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { RunRecord } from '../core/run.ts';
import type { Observer, ObservedTurn } from '../ports/observer.ts';

/** Traces of runs, sent as the OTEL_* variables say. */
export interface Traces {
  readonly observer: Observer;
  close(): Promise<void>;
}

/** A collector that is away holds up no worker. */
const longestCloseSeconds = 5;

/**
 * Spans of runs, items, turns and requests. Their ids follow from what they are of, so that a span finds its parent
 * whichever worker makes it, and a resumed run goes on in its trace.
 */
export function startTraces(): Traces {
  const next = { traceId: '', spanId: '' };
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'triathlon' }))
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('triathlon');
  const emit = (span: Emitted): void => {
    const [traceId, ...ids] = idsOf(span.path);
    Object.assign(next, { traceId, spanId: ids.at(-1) });
    const parentId = ids.at(-2);
    const flags = { traceFlags: TraceFlags.SAMPLED, isRemote: true };
    const parent =
      parentId === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { traceId: next.traceId, spanId: parentId, ...flags });
    const { name, attributes, from, to, kind = SpanKind.INTERNAL } = span;
    const made = tracer.startSpan(name, { attributes, startTime: from, kind }, parent);
    if (span.error !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: span.error });
    made.end(to);
  };
  const close = (): Promise<unknown> => {
    const limit = sleep(longestCloseSeconds * 1000, undefined, { ref: false });
    return Promise.race([provider.shutdown().catch(() => undefined), limit]);
  };
  return { observer: createObserver(emit), close: async () => void (await close()) };
}

interface Emitted {
  /** The run's own name, then what is in it. */
  readonly path: readonly string[];
  readonly name: string;
  readonly attributes: Attributes;
  readonly from: number;
  readonly to: number;
  readonly kind?: SpanKind;
  readonly error?: string;
}

/** The trace's id, and those of the spans on the way to the last part. */
function idsOf(path: readonly string[]): readonly [string, ...string[]] {
  const hash = (parts: readonly string[]): string =>
    createHash('sha256').update(parts.join('\n')).digest('hex');
  const spans = path.map((_, index) => hash(['span', ...path.slice(0, index + 1)]).slice(0, 16));
  return [hash(['trace', path[0] ?? '']).slice(0, 32), ...spans];
}

function createObserver(emit: (span: Emitted) => void): Observer {
  return {
    turnGraded: (run, turn) => emitTurn(emit, run, turn),
    itemEnded(run, { item, samples, startedAt, endedAt }) {
      const verdict = samples[0]?.turns.at(-1)?.verdict.kind ?? 'none';
      const attributes = { ...attributesOf(run), 'triathlon.item': item, 'triathlon.verdict': verdict };
      const [from, to] = [Date.parse(startedAt), Date.parse(endedAt)];
      emit({ path: [rootOf(run), item], name: `item ${item}`, attributes, from, to });
    },
    itemUnscored: () => undefined,
    runSummarized(run) {
      const attributes = { ...attributesOf(run), 'triathlon.items': run.itemCount };
      const from = Date.parse(run.createdAt);
      emit({ path: [rootOf(run)], name: `run ${run.request.name}`, attributes, from, to: Date.now() });
    },
    stepBegan: () => () => undefined,
  };
}

/** By the conventions for generative models; the text of prompts and answers is not part of it. */
function emitTurn(emit: (span: Emitted) => void, run: RunRecord, turn: ObservedTurn): void {
  const { item, sample, grade, askedAt, answeredAt, gradingAt, gradedAt } = turn;
  const path = [rootOf(run), item, `sample ${sample} turn ${grade.turn}`];
  const facts = { 'triathlon.item': item, 'triathlon.sample': sample, 'triathlon.turn': grade.turn };
  const verdict = { 'triathlon.verdict': grade.verdict.kind };
  const base = { ...attributesOf(run), ...facts };
  emit({
    path,
    name: `turn ${grade.turn}`,
    attributes: { ...base, ...verdict },
    from: askedAt,
    to: gradedAt,
  });
  const { model, provider, modelArguments, baseUrls } = run.request.model;
  const request: Attributes = {
    ...base,
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    ...numberOf('gen_ai.request.temperature', modelArguments['temperature']),
    ...numberOf('gen_ai.request.max_tokens', modelArguments['max_tokens']),
    ...numberOf('gen_ai.usage.input_tokens', grade.promptTokens),
    ...numberOf('gen_ai.usage.output_tokens', grade.completionTokens),
    ...(grade.finishReason !== null && { 'gen_ai.response.finish_reasons': [grade.finishReason] }),
    ...(baseUrls[0] !== undefined && { 'server.address': new URL(baseUrls[0]).hostname }),
  };
  const asked = { name: `chat ${model}`, attributes: request, from: askedAt, to: answeredAt };
  emit({ ...asked, path: [...path, 'request'], kind: SpanKind.CLIENT });
  const graded = { name: 'grade', attributes: { ...base, ...verdict }, from: gradingAt, to: gradedAt };
  emit({ ...graded, path: [...path, 'grade'] });
}

function numberOf(name: string, value: unknown): Attributes {
  return typeof value === 'number' ? { [name]: value } : {};
}

function rootOf({ request, createdAt }: RunRecord): string {
  return `${request.name} ${createdAt}`;
}

function attributesOf({ request }: RunRecord): Attributes {
  return { 'triathlon.run': request.name, 'triathlon.task': request.task };
}
