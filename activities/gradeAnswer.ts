import { shortDigest } from '../src/core/digest.ts';
import { describeTurn } from '../src/core/flow/describe.ts';
import type { GradedTurn } from '../src/core/flow/plans.ts';
import { chrf, commonPrefixRatio } from '../src/core/metrics.ts';
import type { AnswerRecord, TurnMetrics, TurnOutcome } from '../src/core/records.ts';
import type { Row } from '../src/core/row.ts';
import { composeFeedback } from '../src/core/tasks/feedback.ts';
import { countReasoning } from '../src/core/tasks/reasoning.ts';
import type { Extraction } from '../src/core/tasks/task.ts';
import type { Answer } from '../src/core/answer.ts';
import type { GradeInput } from './activities.ts';
import { freeWorkSignal, keepTrying } from './activityContext.ts';
import { extractAnswer, verdictWithoutTests } from './extractAnswer.ts';
import { gradeCandidate, notRun, type CandidateGrade } from './gradeCandidate.ts';
import { rowOf, type OpenRun, type OpenRuns } from './openRuns.ts';
import type { Ports } from './ports.ts';
import { shareReports, type SharedReports } from './shareReports.ts';
import { existing, readAnswer, readGrade } from './storedRecords.ts';

/**
 * One turn's grade: visible tests first; the held-out ones only when these pass, and then the loop has stopped,
 * so that nothing of them can reach a prompt. The grade is kept, and read first.
 */
export function gradeAnswer(openRun: OpenRuns, ports: Ports): (input: GradeInput) => Promise<GradedTurn> {
  const shared = shareReports(256);
  return async (input) => {
    const run = await openRun(input.folder);
    await run.insistOn('runner');
    await run.insistOn('prompts');
    const gradeKey = gradeKeyOf(run, input);
    const known = await readGrade(run, gradeKey);
    if (known !== null) return asGradedTurn(run, input, { grade: known, gradeKey });
    const grade = await gradeTurn({ run, input, ports, shared });
    await keepGrade(run, gradeKey, grade);
    await observe({ run, input, ports, grade });
    return asGradedTurn(run, input, { grade, gradeKey });
  };
}

interface Observed {
  readonly run: OpenRun;
  readonly input: GradeInput;
  readonly ports: Ports;
  readonly grade: TurnOutcome;
}

async function observe({ run, input, ports, grade }: Observed): Promise<void> {
  if (ports.observer === undefined) return;
  const { startedAt, endedAt } = await existing(run, input.answerKey, readAnswer);
  const gradedAt = Date.now();
  ports.observer.turnGraded(run.record, {
    ...input,
    grade,
    askedAt: Date.parse(startedAt),
    answeredAt: Date.parse(endedAt),
    gradingAt: gradedAt - grade.gradingSeconds * 1000,
    gradedAt,
  });
}

async function keepGrade(run: OpenRun, key: string, grade: TurnOutcome): Promise<void> {
  const text = JSON.stringify(grade);
  const isNew = await keepTrying(() => run.store.putOnce(key, text, { durable: false }));
  if (!isNew && (await readGrade(run, key)) !== null) return;
  if (!isNew) await keepTrying(() => run.store.replace(key, [text]));
  run.recent.keep(key, text);
}

/** Another grading policy or environment writes beside the old grades, never over them. */
function gradeKeyOf(run: OpenRun, { answerKey }: GradeInput): string {
  const { grading } = run.record.request;
  const judge = shortDigest({ grading, environment: run.record.environment.digest });
  return `${answerKey.replace(/\.json$/, '')}-graded-${judge}.json`;
}

interface Grading {
  readonly run: OpenRun;
  readonly input: GradeInput;
  readonly ports: Ports;
  readonly shared: SharedReports;
}

async function gradeTurn({ run, input, ports, shared }: Grading): Promise<TurnOutcome> {
  const row = rowOf(run, input);
  const record = await existing(run, input.answerKey, readAnswer);
  const answer = record.promptTooLong ? null : run.model.parse(record.body);
  const extraction = extractAnswer({ task: run.task, row, model: run.record.request.model }, record, answer);
  const signal = freeWorkSignal();
  const started = performance.now();
  const grade =
    extraction.kind === 'candidate'
      ? await gradeCandidate({
          run,
          row,
          extraction,
          sandbox: ports.sandboxFor(run.record.request),
          shared,
          signal,
        })
      : notRun(verdictWithoutTests(extraction));
  const gradingSeconds = (performance.now() - started) / 1000;
  const { policy } = run.record.request;
  const { verdict, visible, visibleReport } = grade;
  return {
    turn: input.turn,
    verdict,
    visiblePassed: grade.visiblePassed,
    exactFormat: extraction.kind === 'candidate' && extraction.exactFormat,
    code: codeOf(extraction),
    feedback: grade.visiblePassed
      ? null
      : composeFeedback({ verdict, extraction, visibleReport, visible, policy, texts: run.texts }),
    metrics: metricsOf({ run, row }, extraction, grade),
    answerKey: input.answerKey,
    reportKeys: grade.reportKeys,
    ...accountOf(record, answer),
    gradingSeconds,
    asks: askOf(input.answerKey) + 1,
    flags: grade.flags,
  };
}

interface Subject {
  readonly run: OpenRun;
  readonly row: Row;
}

function codeOf(extraction: Extraction): string | null {
  return extraction.kind === 'unusable_answer' ? null : extraction.code;
}

function metricsOf({ run, row }: Subject, extraction: Extraction, grade: CandidateGrade): TurnMetrics {
  const code = codeOf(extraction) ?? '';
  const reference = run.task.referenceCode(row);
  const isRepair = run.task.name === 'program_repair';
  return {
    percentagePassed: grade.shareOfVisible,
    chrf: chrf(code, reference),
    commonPrefixRatio: commonPrefixRatio(code, reference),
    matchMethodName: isRepair ? extraction.kind === 'candidate' : null,
  };
}

function accountOf(record: AnswerRecord, answer: Answer | null) {
  const reasoning = answer === null ? null : countReasoning(answer);
  return {
    finishReason: answer?.finishReason ?? null,
    promptTokens: answer?.promptTokens ?? null,
    completionTokens: answer?.completionTokens ?? null,
    reasoningTokens: reasoning?.tokens ?? null,
    ...(reasoning?.isEstimated === true && { reasoningEstimated: true as const }),
    fingerprint: answer?.fingerprint ?? null,
    generationSeconds: record.milliseconds / 1000,
    possiblyPaidTwice: record.possiblyPaidTwice,
    ...(record.replayedFrom !== undefined && { replayed: true as const }),
  };
}

/** The number of the ask is the last part of an answer's key. */
function askOf(answerKey: string): number {
  return Number(/-(\d+)\.json$/.exec(answerKey)?.[1] ?? 0);
}

interface Graded {
  readonly grade: TurnOutcome;
  readonly gradeKey: string;
}

async function asGradedTurn(
  run: OpenRun,
  input: GradeInput,
  { grade, gradeKey }: Graded,
): Promise<GradedTurn> {
  const { turn, verdict, visiblePassed } = grade;
  const isTooLong = verdict.kind === 'unusable_answer' && verdict.reason === 'prompt_too_long';
  const mustStop = isTooLong || (await isLastRecorded(run, input));
  return { turn, gradeKey, visiblePassed, mustStop, line: describeTurn(grade) };
}

/** A run that is graded again has no turn beyond those that were recorded. */
async function isLastRecorded(run: OpenRun, { item, sample, turn }: GradeInput): Promise<boolean> {
  if (run.record.request.regradeOf === undefined) return false;
  return (await run.others.recorded({ item, sample, turn: turn + 1 })) === null;
}
