import { shortDigest } from '../src/core/digest.ts';
import { describeTurn } from '../src/core/flow/describe.ts';
import type { GradedTurn } from '../src/core/flow/plans.ts';
import { chrf, commonPrefixRatio } from '../src/core/metrics.ts';
import type { AnswerRecord, TurnMetrics, TurnOutcome } from '../src/core/records.ts';
import type { Row } from '../src/core/row.ts';
import { composeFeedback } from '../src/core/tasks/feedback.ts';
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
    const gradeKey = gradeKeyOf(run, input);
    const known = await readGrade(run, gradeKey);
    if (known !== null) return asGradedTurn(known, gradeKey);
    const grade = await gradeTurn({ run, input, ports, shared });
    await keepGrade(run, gradeKey, grade);
    return asGradedTurn(grade, gradeKey);
  };
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
  const extraction = extractAnswer({ task: run.task, row }, record, answer);
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
    possiblyPaidTwice: record.possiblyPaidTwice,
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
  return {
    finishReason: answer?.finishReason ?? null,
    promptTokens: answer?.promptTokens ?? null,
    completionTokens: answer?.completionTokens ?? null,
    reasoningTokens: answer?.reasoningTokens ?? null,
    fingerprint: answer?.fingerprint ?? null,
    generationSeconds: record.milliseconds / 1000,
  };
}

/** The number of the ask is the last part of an answer's key. */
function askOf(answerKey: string): number {
  return Number(/-(\d+)\.json$/.exec(answerKey)?.[1] ?? 0);
}

function asGradedTurn(grade: TurnOutcome, gradeKey: string): GradedTurn {
  const { turn, verdict, visiblePassed } = grade;
  const mustStop = verdict.kind === 'unusable_answer' && verdict.reason === 'prompt_too_long';
  return { turn, gradeKey, visiblePassed, mustStop, line: describeTurn(grade) };
}
