import type { Message } from '../../core/answer.ts';
import { digestOf, shortDigest } from '../../core/digest.ts';
import type { Attempt, Outcome, SampleOutcome } from '../../core/records.ts';
import { referenceMethod } from '../../core/rowHelpers.ts';
import type { RunRecord } from '../../core/run.ts';
import type { ResultStore } from '../../ports/resultStore.ts';
import { readItems, takeSnapshot, type RunItem } from '../readItems.ts';
import { recomposeSample, type RecomposeTurn } from '../recompose.ts';

/** One file of a log. */
export interface LogEntry {
  readonly name: string;
  readonly content: string;
}

export interface InspectInput {
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly items: readonly RunItem[];
  readonly recompose: RecomposeTurn;
}

/**
 * The files of an Inspect AI log (version 2 of its format, the `.eval` archive): a sample for each item and attempt, then
 * the summaries and the header. A passed attempt is its `C`, any other verdict `I`; an unscored item is a sample with an
 * error and no score.
 */
export async function* inspectEntries(input: InspectInput): AsyncGenerator<LogEntry> {
  const { store, record, items } = input;
  const { samples } = record.request.policy;
  const head = headOf(input);
  yield entry('_journal/start.json', { version: 2, ...head });
  const summaries: object[] = [];
  const seen = { passed: 0, scored: 0, input: 0, output: 0, started: '', ended: '' };
  const snapshot = await takeSnapshot(store);
  for await (const state of readItems({ store, snapshot, items, samples })) {
    if (state.kind === 'pending') continue;
    const found =
      state.kind === 'scored'
        ? await Promise.all(state.outcome.samples.map((sample) => scored(input, state, sample)))
        : [unscored(input, state, state.kind === 'unscored' ? state.attempt : null)];
    for (const sample of found) {
      yield entry(`samples/${state.item}_epoch_${sample.epoch}.json`, sample);
      summaries.push(summaryOf(sample));
    }
    if (state.kind === 'scored') count(seen, state.outcome);
  }
  yield entry('summaries.json', summaries);
  yield entry('header.json', {
    version: 2,
    status: 'success',
    ...head,
    ...resultsOf(record, seen, summaries),
  });
}

function entry(name: string, value: unknown): LogEntry {
  return { name, content: JSON.stringify(value) };
}

function headOf({ record, items }: InspectInput) {
  const { request, lock, createdAt } = record;
  const id = shortDigest([request.name, lock]);
  return {
    eval: {
      eval_id: id,
      run_id: id,
      task_id: id,
      created: createdAt,
      task: request.task,
      task_version: 0,
      task_attribs: {},
      task_args: request.policy,
      task_args_passed: {},
      dataset: {
        name: request.datasetPath.split(/[\\/]/).at(-1),
        samples: items.length,
        sample_ids: items.map(({ item }) => item),
      },
      model: modelName(record),
      model_generate_config: {},
      model_args: {},
      config: { epochs: request.policy.samples },
      packages: {},
      metadata: { run: request.name, lock: digestOf(lock), environment: record.environment.digest },
    },
    plan: { name: 'triathlon', steps: [], config: {} },
  };
}

function modelName({ request }: RunRecord): string {
  return `${request.model.provider}/${request.model.model}`;
}

type Sample = Readonly<Record<string, unknown>> & { readonly epoch: number };

async function scored(
  { store, record, recompose }: InspectInput,
  { item, row, outcome }: RunItem & { readonly outcome: Outcome },
  sample: SampleOutcome,
): Promise<Sample> {
  const { messages, answers } = await recomposeSample({ store, row, sample, recompose });
  const last = sample.turns.at(-1);
  const isPassed = last?.verdict.kind === 'passed';
  const text = answers.at(-1) ?? '';
  const model = modelName(record);
  const choice = {
    message: { role: 'assistant', content: text, source: 'generate', model },
    stop_reason: stopReason(last?.finishReason ?? null),
  };
  return {
    ...baseOf({ item, row }, sample.sample + 1, messages),
    output: { model, choices: text === '' ? [] : [choice], completion: text },
    scores: {
      verdict: {
        value: isPassed ? 'C' : 'I',
        answer: last?.code ?? '',
        explanation: sample.turns.map(({ turn, verdict }) => `turn ${turn}: ${verdict.kind}`).join('\n'),
      },
    },
    metadata: {
      dp_id: row.dp_id,
      file_path: row.file_path,
      turns: sample.turns,
      started_at: outcome.startedAt,
    },
    model_usage: { [model]: usageOf(sample) },
    started_at: outcome.startedAt,
    completed_at: outcome.endedAt,
  };
}

function unscored(
  { recompose }: InspectInput,
  { item, row }: RunItem,
  attempt: Pick<Attempt, 'error' | 'message'> | null,
): Sample {
  const message = attempt === null ? 'broken outcome file' : `${attempt.error}: ${attempt.message}`;
  return {
    ...baseOf({ item, row }, 1, recompose.conversation(row, [])),
    scores: {},
    metadata: { dp_id: row.dp_id },
    error: { message, traceback: '', traceback_ansi: '' },
  };
}

function baseOf({ item, row }: RunItem, epoch: number, messages: readonly Message[]) {
  const asked = messages.find(({ role }) => role === 'user')?.content ?? '';
  return { id: item, epoch, input: asked, target: referenceMethod(row), messages };
}

function stopReason(reason: string | null): string {
  if (reason === 'length') return 'max_tokens';
  return reason === 'stop' || reason === 'content_filter' ? reason : 'unknown';
}

function usageOf({ turns }: Pick<SampleOutcome, 'turns'>) {
  const input = turns.reduce((sum, { promptTokens }) => sum + (promptTokens ?? 0), 0);
  const output = turns.reduce((sum, { completionTokens }) => sum + (completionTokens ?? 0), 0);
  return { input_tokens: input, output_tokens: output, total_tokens: input + output };
}

/** What the viewer lists before it opens a sample. */
function summaryOf(sample: Sample): object {
  const { id, epoch, input, target, metadata: _, scores, model_usage = {}, error, messages } = sample;
  const shown = String(input).slice(0, 1000);
  const failed = error === undefined ? {} : { error: (error as { message: string }).message };
  const message_count = (messages as readonly unknown[]).length;
  return { id, epoch, input: shown, target, scores, model_usage, completed: true, message_count, ...failed };
}

interface Seen {
  passed: number;
  scored: number;
  input: number;
  output: number;
  started: string;
  ended: string;
}

function count(seen: Seen, { samples, startedAt, endedAt }: Outcome): void {
  for (const sample of samples) {
    const usage = usageOf(sample);
    seen.scored += 1;
    seen.passed += sample.turns.at(-1)?.verdict.kind === 'passed' ? 1 : 0;
    seen.input += usage.input_tokens;
    seen.output += usage.output_tokens;
  }
  if (seen.started === '' || startedAt < seen.started) seen.started = startedAt;
  if (endedAt > seen.ended) seen.ended = endedAt;
}

function resultsOf(record: RunRecord, seen: Seen, summaries: readonly object[]) {
  const accuracy = seen.scored === 0 ? null : seen.passed / seen.scored;
  const metrics = accuracy === null ? {} : { accuracy: { name: 'accuracy', value: accuracy } };
  const unscoredSamples = summaries.length - seen.scored;
  const score = {
    name: 'verdict',
    scorer: 'verdict',
    scored_samples: seen.scored,
    unscored_samples: unscoredSamples,
    metrics,
  };
  const usage = {
    input_tokens: seen.input,
    output_tokens: seen.output,
    total_tokens: seen.input + seen.output,
  };
  return {
    results: { total_samples: summaries.length, completed_samples: seen.scored, scores: [score] },
    stats: {
      started_at: seen.started || record.createdAt,
      completed_at: seen.ended || record.createdAt,
      model_usage: { [modelName(record)]: usage },
    },
  };
}
