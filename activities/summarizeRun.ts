import type { Message } from '../src/core/answer.ts';
import type { ModelSpec } from '../src/core/run.ts';
import { composeBasePrompt } from '../src/core/tasks/baseModel.ts';
import { composeConversation, type ConversationInput } from '../src/core/tasks/conversation.ts';
import type { Observer } from '../src/ports/observer.ts';
import type { RecomposeTurn } from '../src/report/recompose.ts';
import type { RunSummary } from '../src/report/runSummary.ts';
import { summarizeRun as assembleTables } from '../src/report/summarize.ts';
import { headlineOf } from '../src/report/table.ts';
import { isBucketUrl } from '../src/storage/index.ts';
import { sweepTemporaries } from '../src/storage/sweepTemporaries.ts';
import { rowOf, type OpenRun, type OpenRuns } from './openRuns.ts';

/** Assembles the tables of a run from its outcomes; the outcomes stay the truth. */
export function summarizeRun(
  openRun: OpenRuns,
  observer?: Observer,
): (input: { readonly folder: string }) => Promise<{ readonly headline: string }> {
  return async ({ folder }) => {
    const run = await openRun(folder);
    await run.insistOn('prompts');
    const summary = await summarize(run);
    run.recent.clear();
    observer?.runSummarized(run.record);
    if (!isBucketUrl(folder)) await sweepTemporaries(folder);
    return { headline: headlineOf(summary) };
  };
}

/** The same for a run that is open already. */
export function summarize(run: OpenRun): Promise<RunSummary> {
  const items = run.items.map((ref) => ({ item: ref.item, row: rowOf(run, ref) }));
  return assembleTables({ store: run.store, record: run.record, items, recompose: recomposeOf(run) });
}

/** What a run's own task, texts and model compute again from what it kept. */
export function recomposeOf(run: OpenRun): RecomposeTurn {
  const { task, texts, model } = run;
  const { policy, model: spec } = run.record.request;
  return {
    conversation: (row, past) => messagesOf({ task, row, policy, texts, past }, spec),
    parseAnswer: (body) => model.parse(body),
  };
}

/** A base model's prompt is shown as a user's. */
function messagesOf(conversation: ConversationInput, { api, fim }: ModelSpec): readonly Message[] {
  if (api !== 'completions') return composeConversation(conversation);
  return [{ role: 'user', content: composeBasePrompt(conversation, fim ?? null).prompt }];
}
