import { Context } from '@temporalio/activity';
import { ModelError, StorageError } from '../src/core/errors.ts';
import { shortDigest } from '../src/core/digest.ts';
import type { AnswerRecord } from '../src/core/records.ts';
import type { ModelRequest } from '../src/ports/model.ts';
import type { Claim } from '../src/ports/resultStore.ts';
import type { GenerateInput, GeneratedAnswer } from './activities.ts';
import { keepTrying, onCancelRequested } from './activityContext.ts';
import { noTokens } from './feeding/budget.ts';
import { leaveWithError, type Admitted, type Feeding } from './feeding/feeding.ts';
import { composeRequest, originOf } from './composeRequest.ts';
import type { OpenRun, OpenRuns } from './openRuns.ts';
import { createPoisonWatch, type PoisonWatch } from './poisonWatch.ts';
import { readAnswer } from './storedRecords.ts';

interface InFlight {
  readonly answer: Promise<GeneratedAnswer>;
  readonly controller: AbortController;
}

/**
 * One turn's answer: the stored one if there is one, else the identical call in flight, else a request. The raw
 * body is kept before anything is parsed; a stored answer is never asked for again.
 */
export function generateAnswer(
  openRun: OpenRuns,
  feeding: Feeding,
): (input: GenerateInput) => Promise<GeneratedAnswer> {
  const inFlight = new Map<string, InFlight>();
  const poison = createPoisonWatch();
  return async (input) => {
    const run = await openRun(input.folder, Context.current().info.taskQueue);
    if (run.record.request.regradeOf !== undefined) return takeRecorded(run, input);
    await run.insistOn('prompts');
    const request = await composeRequest(run, input);
    const base = `turns/${input.item}/${input.sample}/${input.turn}-${shortDigest(request)}`;
    const id = `${input.folder} ${base}`;
    const known = inFlight.get(id) ?? start();
    onCancelRequested((reason) => known.controller.abort(reason));
    return known.answer;

    function start(): InFlight {
      const controller = new AbortController();
      const asking = { run, input, request, base, poison, feeding, signal: controller.signal };
      const answer = findOrAsk(asking).finally(() => inFlight.delete(id));
      const entry = { answer, controller };
      inFlight.set(id, entry);
      return entry;
    }
  };
}

interface Asking {
  readonly run: OpenRun;
  readonly input: GenerateInput;
  readonly request: ModelRequest;
  /** Key of the answer without the number of the ask. */
  readonly base: string;
  readonly poison: PoisonWatch;
  readonly feeding: Feeding;
  readonly signal: AbortSignal;
}

/** Broken bodies stay where they are and are counted; a deliberate second ask gets a key of its own. */
async function findOrAsk(asking: Asking): Promise<GeneratedAnswer> {
  const { run, base } = asking;
  const { maxRetries } = run.record.request.model;
  for (let ask = 0, asked = 0; ; ask += 1) {
    const answerKey = `${base}-${ask}.json`;
    let record = await readAnswer(run, answerKey);
    record ??= await takeReplayed(asking, answerKey, ask);
    if (record === null) {
      if (asked > maxRetries) break;
      asked += 1;
      record = await askAndKeep(asking, answerKey);
    } else {
      // A process that died between keeping an answer and giving up its claim left the claim behind.
      await (await run.store.claim(answerKey)).release();
    }
    if (isUsable(run, record)) return { answerKey };
  }
  throw new ModelError(
    `${run.record.request.model.model} sent ${maxRetries + 1} answers that cannot be read (kept as ${base}-*.json).`,
    { fault: 'request' },
  );
}

/** What another run asked already is kept here as it is, so that this folder has all that its tables are made from. */
async function takeReplayed(
  { run, request }: Asking,
  key: string,
  ask: number,
): Promise<AnswerRecord | null> {
  const found = await run.others.find(shortDigest(request), ask);
  return found === null ? null : keepAnswer(run, key, found.record);
}

/** A run that is graded again keeps its answers under the keys that they had. */
async function takeRecorded(run: OpenRun, input: GenerateInput): Promise<GeneratedAnswer> {
  const found = await run.others.recorded(input);
  if (found === null) {
    const { regradeOf } = run.record.request;
    throw new StorageError(`${regradeOf} has no answer of ${input.item} for turn ${input.turn}.`);
  }
  await keepAnswer(run, found.key, found.record);
  return { answerKey: found.key };
}

/** What is there already stays and is what counts. */
async function keepAnswer(run: OpenRun, key: string, record: AnswerRecord): Promise<AnswerRecord> {
  const text = JSON.stringify(record);
  const isOurs = await keepTrying(() => run.store.putOnce(key, text));
  if (isOurs) run.recent.keep(key, text);
  return isOurs ? record : ((await readAnswer(run, key)) ?? record);
}

async function askAndKeep(asking: Asking, key: string): Promise<AnswerRecord> {
  const { run, request, feeding, signal } = asking;
  const leave = await feeding.enter(asking, signal);
  let claim: Claim;
  try {
    claim = await run.store.claim(key);
  } catch (error) {
    leave.failed();
    throw error;
  }
  const startedAt = new Date();
  const asked = await askOnce(asking, { key, claim, leave });
  const record: AnswerRecord = {
    schema: 1,
    requestDigest: shortDigest(request),
    ...asked,
    possiblyPaidTwice: claim.heldBefore,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
  };
  const kept = await keepAnswer(run, key, record);
  await claim.release();
  return kept;
}

async function askOnce(
  asking: Asking,
  { key, claim, leave }: Admitted & { readonly key: string },
): Promise<Pick<AnswerRecord, 'body' | 'milliseconds' | 'promptTooLong' | 'tokens'>> {
  const { run, input, request, signal, poison, feeding } = asking;
  try {
    const answer = await run.model.ask(request, originOf(run, input), signal);
    const tokens = await feeding.answered(asking, { leave, claim }, answer);
    poison.succeeded(run.folder, key);
    return { body: answer.body, milliseconds: answer.milliseconds, promptTooLong: false, tokens };
  } catch (error) {
    leaveWithError(leave, error);
    // What a person cancelled, or a dead process had asked before, may have been paid for: the claim stays and is counted.
    if (!signal.aborted && !claim.heldBefore) await claim.release();
    if (!(error instanceof ModelError)) throw error;
    if (error.fault !== 'prompt_too_long') throw poison.judge(run, key, error);
    return { body: error.message, milliseconds: 0, promptTooLong: true, tokens: noTokens };
  }
}

function isUsable(run: OpenRun, record: AnswerRecord): boolean {
  if (record.promptTooLong) return true;
  try {
    run.model.parse(record.body);
    return true;
  } catch (error) {
    if (error instanceof ModelError && error.fault === 'broken_answer') return false;
    throw error;
  }
}
