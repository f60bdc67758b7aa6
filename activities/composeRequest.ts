import type { TurnRef } from '../src/core/flow/plans.ts';
import type { ModelSpec } from '../src/core/run.ts';
import { composeBasePrompt } from '../src/core/tasks/baseModel.ts';
import { composeConversation, type ConversationInput } from '../src/core/tasks/conversation.ts';
import type { PastTurn } from '../src/core/tasks/task.ts';
import type { ModelRequest, RequestOrigin } from '../src/ports/model.ts';
import type { GenerateInput } from './activities.ts';
import { rowOf, type OpenRun } from './openRuns.ts';
import { existing, readAnswer, readGrade } from './storedRecords.ts';

/** The request of a turn: always the same for the same run, item, sample and past answers. */
export async function composeRequest(run: OpenRun, input: GenerateInput): Promise<ModelRequest> {
  const { policy, model } = run.record.request;
  const past = await Promise.all(input.past.map((gradeKey) => readPastTurn(run, gradeKey)));
  const row = rowOf(run, input);
  const conversation = { task: run.task, row, policy, texts: run.texts, past };
  const common = { model: model.model, modelArguments: model.modelArguments, seed: seedOf(run, input) };
  if (model.api === 'completions') return { ...common, ...goOnWith(conversation, model) };
  const { api } = model;
  return { ...common, messages: composeConversation(conversation), ...(api !== undefined && { api }) };
}

/** A base model's prompt; its stop words stand beside those of the configuration. */
function goOnWith(
  conversation: ConversationInput,
  { provider, modelArguments, fim }: ModelSpec,
): Pick<ModelRequest, 'api' | 'messages' | 'prompt' | 'modelArguments'> {
  const { prompt, stop } = composeBasePrompt(conversation, fim ?? null);
  const own = [modelArguments['stop'] ?? []].flat();
  // vLLM does not look for a stop word in what it does not show, and marks are special tokens.
  const shown = provider === 'vllm' && fim !== undefined ? { skip_special_tokens: false } : {};
  const words = [...new Set([...own, ...stop])];
  return {
    api: 'completions',
    messages: [],
    prompt,
    modelArguments: { ...shown, ...modelArguments, stop: words },
  };
}

/** Each sample has a seed of its own; so has each turn that asks the very same prompt again. */
export function seedOf(run: OpenRun, { sample, turn }: Pick<TurnRef, 'sample' | 'turn'>): number {
  const { policy, model } = run.record.request;
  const resamples = policy.noMultiturn || policy.repairSampling;
  return model.seed + sample + (resamples ? (turn - 1) * policy.samples : 0);
}

/** Where the request comes from; endpoints never see it. */
export function originOf(run: OpenRun, { item, row, sample, turn }: TurnRef): RequestOrigin {
  const known = rowOf(run, { item, row });
  const { task } = run;
  return {
    item,
    sample,
    turn,
    known: { reference: task.referenceAnswer(known), stub: task.stubAnswer(known) },
  };
}

async function readPastTurn(run: OpenRun, gradeKey: string): Promise<PastTurn> {
  const { answerKey, feedback } = await existing(run, gradeKey, readGrade);
  const record = await existing(run, answerKey ?? gradeKey, readAnswer);
  return { answerText: run.model.parse(record.body).text, feedback: feedback ?? '' };
}
