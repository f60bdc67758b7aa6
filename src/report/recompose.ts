import type { Answer, Message } from '../core/answer.ts';
import type { SampleOutcome, TurnOutcome } from '../core/records.ts';
import type { Row } from '../core/row.ts';
import { methodLines, replaceMethod } from '../core/rowHelpers.ts';
import type { PastTurn } from '../core/tasks/task.ts';
import type { VerdictKind } from '../core/verdicts.ts';
import { withLineEndingOf } from '../python/lines.ts';
import type { ResultStore } from '../ports/resultStore.ts';
import { parse } from './readItems.ts';
import { answerRecordSchema } from './recordSchemas.ts';

/** What can be computed again from a row and the stored answers, for one run's task, policy and texts. */
export interface RecomposeTurn {
  /** The messages asked after these turns; the first prompt after none. */
  readonly conversation: (row: Row, past: readonly PastTurn[]) => readonly Message[];
  /** Reads a stored body as the run's model does; throws when it holds no answer. */
  readonly parseAnswer: (body: string) => Answer;
}

/** A sample's conversation and files, by turn. */
export interface RecomposedSample {
  /** The last turn's prompt and its answer. */
  readonly messages: readonly Message[];
  /** Null where there was no answer, or its record cannot be read. */
  readonly answers: readonly (string | null)[];
  readonly editedFiles: readonly (string | null)[];
}

/** Computes again what an outcome does not hold. */
export async function recomposeSample(input: {
  readonly store: ResultStore;
  readonly row: Row;
  readonly sample: SampleOutcome;
  readonly recompose: RecomposeTurn;
}): Promise<RecomposedSample> {
  const { store, row, sample, recompose } = input;
  const { turns } = sample;
  const keys = turns.map((turn) => turn.answerKey);
  const answers = await Promise.all(keys.map((key) => readAnswer(store, key, recompose)));
  const past = turns
    .slice(0, -1)
    .map((turn, index) => ({ answerText: answers[index] ?? '', feedback: turn.feedback ?? '' }));
  const prompt = recompose.conversation(row, past);
  const last = answers.at(-1) ?? null;
  return {
    messages: last === null ? prompt : [...prompt, { role: 'assistant', content: last }],
    answers,
    editedFiles: turns.map((turn) => editedFile(row, turn)),
  };
}

/**
 * The file as it was tested; null when nothing was. The outcome holds the method as it stood in that file, so that no
 * answer has to be parsed again (tens of milliseconds each for a large file).
 */
export function editedFile(row: Row, turn: Pick<TurnOutcome, 'verdict' | 'code'>): string | null {
  const { verdict, code } = turn;
  const wasTested = !untested.has(verdict.kind);
  if (code === null || !wasTested) return null;
  const source = row.raw_file_content;
  const isLastInFile = methodLines(row).last >= source.split('\n').length - 1;
  return replaceMethod(row, withLineEndingOf(source, code, isLastInFile));
}

const untested: ReadonlySet<VerdictKind> = new Set(['unusable_answer', 'wrong_target', 'syntax_error']);

async function readAnswer(
  store: ResultStore,
  key: string | null,
  recompose: RecomposeTurn,
): Promise<string | null> {
  if (key === null) return null;
  const record = parse(await store.get(key), answerRecordSchema);
  if ('fault' in record || record.value.promptTooLong) return null;
  try {
    return recompose.parseAnswer(record.value.body).text;
  } catch {
    // A body that was broken when it came is still broken; the turn's verdict says so.
    return null;
  }
}
