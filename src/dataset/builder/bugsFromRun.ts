import type { Row } from '../../core/row.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { loadPythonParser } from '../../python/pythonParser.ts';
import { mapLimited } from '../mapLimited.ts';
import { bugOfAnswer } from './bugOfAnswer.ts';
import { chooseBug } from './findBug.ts';
import { countInto } from './funnel.ts';
import type { RunAnswers } from './readRunAnswers.ts';
import { withAdditions } from './rowRequest.ts';
import type { ProvingGround } from './runVariant.ts';

/** Rows whose bug is a model's own wrong answer to the same method, and why the others have none. */
export interface AnswerBugs {
  readonly rows: readonly Row[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Makes repair rows of wrong answers, proved as every bug is. They are a set of their own: a model must not be asked to repair itself in a headline. */
export async function bugsFromRun(options: {
  readonly rows: readonly Row[];
  readonly run: RunAnswers;
  readonly ground: ProvingGround;
  readonly slots: number;
  readonly onProgress: (line: string) => void;
}): Promise<AnswerBugs> {
  const { rows, run, ground, onProgress } = options;
  const parser = await loadPythonParser();
  const leftOut: Record<string, number> = {};
  const found = await mapLimited(rows, options.slots, async (row) => {
    ground.signal.throwIfAborted();
    const codes = run.wrongAnswers.get(row.dp_id) ?? [];
    const made = codes.length === 0 ? 'no_wrong_answer' : await rowOf(row, { parser, ground, run, codes });
    if (typeof made === 'string') countInto(leftOut, made);
    onProgress(`${row.dp_id}: ${typeof made === 'string' ? `left out: ${made}` : 'proved'}`);
    return typeof made === 'string' ? [] : [made];
  });
  return { rows: found.flat().map((row, idx) => ({ ...row, idx })), leftOut };
}

interface Making {
  readonly parser: PythonParser;
  readonly ground: ProvingGround;
  readonly run: RunAnswers;
  readonly codes: readonly string[];
}

async function rowOf(row: Row, { parser, ground, run, codes }: Making): Promise<Row | string> {
  const operator = `answer of ${run.model}`;
  const mutations = codes.flatMap((code) => bugOfAnswer(parser, row, { code, operator }) ?? []);
  if (mutations.length === 0) return 'other_declaration';
  mutations.sort((a, b) => a.editSize - b.editSize || (a.fileContent < b.fileContent ? -1 : 1));
  const bug = await chooseBug(ground, row, { parser, mutations });
  if (bug === null) return 'no_bug_that_both_sides_notice';
  const { before, after, fileContent } = bug.mutation;
  const failures = { visible_failures: bug.visibleFailures, held_out_failures: bug.heldOutFailures };
  return {
    ...withAdditions(row, { repair: { operator, before, after, ...failures } }),
    file_with_buggy_method: fileContent,
    test_error_message: bug.errorMessage,
  };
}
