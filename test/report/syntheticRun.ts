import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Message } from '../../src/core/answer.ts';
import type { AnswerRecord, Attempt, Outcome, SampleOutcome, TurnOutcome } from '../../src/core/records.ts';
import type { Row } from '../../src/core/row.ts';
import type { RunRecord, RunRequest, TaskPolicy } from '../../src/core/run.ts';
import type { Verdict } from '../../src/core/verdicts.ts';
import type { ResultStore } from '../../src/ports/resultStore.ts';
import type { RecomposeTurn } from '../../src/report/recompose.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';

/** A run's folder with real files, for the tests of the report; removed at the end. */
export async function withRunFolder(
  work: (folder: string, store: ResultStore) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'triathlon-report-'));
  try {
    await work(folder, createLocalStore(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function policyOf(changes: Partial<TaskPolicy> = {}): TaskPolicy {
  return {
    maxTurns: 3,
    samples: 1,
    noFeedback: false,
    noMultiturn: false,
    noHistory: false,
    repairSampling: false,
    think: true,
    contextSource: 'file',
    repairContext: 'test',
    maxContextCharacters: 60_000,
    maxFeedbackCharacters: 20_000,
    ...changes,
  };
}

export function recordOf(
  itemCount: number,
  changes: Partial<RunRequest> = {},
  rest: Partial<RunRecord> = {},
): RunRecord {
  return {
    schema: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    request: {
      name: 'generation-tiny',
      task: 'method_gen_multiturn',
      repository: 'django',
      datasetPath: '/nowhere/tiny.jsonl',
      maxItems: null,
      skipBadRows: false,
      promptsFolder: null,
      outputFolder: '/nowhere',
      outputFilename: 'results.jsonl',
      embedRows: false,
      warmMemoryBytes: 512 * 1024 ** 2,
      batchSize: 4,
      policy: policyOf(),
      model: {
        provider: 'openai',
        model: 'tiny-coder',
        baseUrls: [],
        baseUrlEnv: null,
        apiKeyEnv: null,
        modelArguments: { temperature: 0 },
        weightsFolder: null,
        seed: 42,
        script: null,
        requestTimeoutSeconds: 60,
        maxRetries: 5,
      },
      grading: {
        provider: 'bubblewrap',
        lane: 'strict',
        strictShare: 0,
        timeLimitFactor: 3,
        timeLimitFloorSeconds: 10,
        memoryBytes: 2 ** 30,
        processes: 64,
        fileBytes: 2 ** 20,
        outputBytes: 2 ** 20,
        docker: null,
      },
      prices: null,
      ...changes,
    },
    lock: { dataset: 'sha256:1', prompts: 'sha256:2' },
    environment: { name: 'django-4.0.4', digest: 'sha256:3' },
    itemCount,
    leftOut: {},
    versions: { triathlon: '0.1.0' },
    quarantined: [],
    ...rest,
  };
}

export function rowOf(idx: number): Row {
  return {
    idx,
    dp_id: `row_${idx}`,
    split: 'test',
    file_path: 'pkg/mod.py',
    raw_file_content: 'class A:\n    def f(self):\n        return 1\n',
    class_name: 'A',
    class_doc: null,
    class_code: null,
    class_position_in_file: 0,
    method: {
      name: 'f',
      declaration: '    def f(self):',
      body: '        return 1',
      description: null,
      global_method_declaration_index: [1],
      global_method_body_index: [2],
    },
    file_without_method: 'class A:\n',
    class_without_method: null,
    tests: { full_paths: ['t.T.test_f'], time_test_norm: null },
  };
}

export function itemsOf(count: number): { item: string; row: Row }[] {
  return Array.from({ length: count }, (_, idx) => ({ item: `row_${idx}`, row: rowOf(idx) }));
}

export function turnOf(turn: number, verdict: Verdict, changes: Partial<TurnOutcome> = {}): TurnOutcome {
  const passed = verdict.kind === 'passed';
  return {
    turn,
    verdict,
    visiblePassed: passed,
    exactFormat: true,
    code: verdict.kind === 'unusable_answer' ? null : `    def f(self):\n        return ${turn}`,
    feedback: passed ? null : `feedback ${turn}`,
    metrics: { percentagePassed: passed ? 1 : 0.5, chrf: 80, commonPrefixRatio: 0.5, matchMethodName: null },
    answerKey: `turns/${turn}.json`,
    reportKeys: [],
    finishReason: 'stop',
    promptTokens: 100,
    completionTokens: 10,
    reasoningTokens: null,
    fingerprint: null,
    generationSeconds: 2,
    gradingSeconds: 1,
    possiblyPaidTwice: false,
    asks: 1,
    ...changes,
  };
}

export function sampleOf(turns: readonly TurnOutcome[], sample = 0): SampleOutcome {
  const passed = turns.at(-1)?.visiblePassed === true;
  return { sample, seed: 42 + sample, turns, stopReason: passed ? 'visible_tests_passed' : 'max_turns' };
}

export function outcomeOf(
  idx: number,
  samples: readonly SampleOutcome[],
  changes: Partial<Outcome> = {},
): Outcome {
  return {
    schema: 1,
    run: 'generation-tiny',
    task: 'method_gen_multiturn',
    item: `row_${idx}`,
    dp_id: `row_${idx}`,
    idx,
    split: 'test',
    heldOut: true,
    singleTest: false,
    loadBearing: false,
    samples,
    startedAt: '2026-01-01T00:00:10.000Z',
    endedAt: '2026-01-01T00:00:20.000Z',
    ...changes,
  };
}

export async function putOutcomes(store: ResultStore, outcomes: Iterable<Outcome>): Promise<void> {
  for (const outcome of outcomes) {
    await store.putOnce(`outcomes/${outcome.item}.json`, JSON.stringify(outcome), { durable: false });
  }
}

export async function putAttempt(
  store: ResultStore,
  { idx, n = 1, error = 'SandboxError' }: { idx: number; n?: number; error?: string },
): Promise<void> {
  const attempt: Attempt = {
    schema: 1,
    item: `row_${idx}`,
    error,
    message: `attempt ${n}`,
    endedAt: '2026-01-01T00:01:00.000Z',
  };
  await store.putOnce(`attempts/row_${idx}/${n}.json`, JSON.stringify(attempt));
}

/** Stores an answer whose body is its text. */
export async function putAnswer(store: ResultStore, key: string, text: string): Promise<void> {
  const record: AnswerRecord = {
    schema: 1,
    requestDigest: 'd',
    body: text,
    promptTooLong: false,
    possiblyPaidTwice: false,
    milliseconds: 1,
    startedAt: '',
    endedAt: '',
  };
  await store.putOnce(key, JSON.stringify(record));
}

export const recompose: RecomposeTurn = {
  conversation: (row, past) => [
    { role: 'user', content: `write ${row.dp_id}` },
    ...past.flatMap(({ answerText, feedback }): Message[] => [
      { role: 'assistant', content: answerText },
      { role: 'user', content: feedback },
    ]),
  ],
  parseAnswer: (text): Answer => ({
    text,
    reasoning: '',
    refusal: null,
    finishReason: 'stop',
    promptTokens: null,
    completionTokens: null,
    reasoningTokens: null,
    fingerprint: null,
    servedModel: null,
  }),
};

/** The values in a file of JSON lines. */
export async function readJsonLines(folder: string, name: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(folder, name), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
