import { DatasetError, SandboxError } from '../../core/errors.ts';
import type { TestStatus } from '../../core/row.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { listTests, recordCoverage, runTests } from '../../sandbox/index.ts';
import { mapLimited } from '../mapLimited.ts';
import type { WorkFolder } from './workFolder.ts';

/** What one label's tests did and reached. */
export interface LabelSurvey {
  readonly label: string;
  /** Tests that can be run by their id, with their status at baseline; the unstable ones are left out. */
  readonly tests: Readonly<Record<string, TestStatus>>;
  /** Tests whose two runs differ. */
  readonly unstable: readonly string[];
  /** Tests that took longer than the limit: too slow for a dataset. */
  readonly slow: readonly string[];
  readonly contexts: readonly { readonly kind: 'test' | 'class'; readonly id: string }[];
  /** By path: `[context, first, last, first, last, …]`, lines 1-based. */
  readonly files: Readonly<Record<string, readonly (readonly number[])[]>>;
}

export interface SurveyOptions {
  readonly environment: PreparedEnvironment;
  readonly labels: readonly string[];
  readonly work: WorkFolder;
  /** Runs at a time. */
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** A test that takes longer is never chosen. Coarse on purpose: what is chosen must not depend on the machine's mood. */
const slowestTestSeconds = 5;

/** Runs every label's tests twice, once under coverage, and keeps each label's result. */
export async function surveyLabels(options: SurveyOptions): Promise<readonly LabelSurvey[]> {
  const { labels, onProgress } = options;
  let done = 0;
  const surveys = await mapLimited(labels, options.slots, async (label) => {
    options.signal.throwIfAborted();
    const survey = await surveyOrSkip(label, options);
    done += 1;
    onProgress(describeSurvey(survey, `${done}/${labels.length}`));
    return survey;
  });
  if (surveys.some(({ tests }) => Object.values(tests).includes('passed'))) return surveys;
  throw new DatasetError(
    `No test of ${labels.slice(0, 5).join(', ')} passes: expected parts of the test suite whose tests can be run.\n` +
      'Try one: bench env build with labels in the description runs a few of their tests.',
  );
}

/** A label whose tests cannot be found or run is told of, and the others are used. */
async function surveyOrSkip(label: string, options: SurveyOptions): Promise<LabelSurvey> {
  try {
    return await options.work.keep(`survey-${label}`, () => surveyLabel(label, options));
  } catch (error) {
    if (!(error instanceof SandboxError) || options.signal.aborted) throw error;
    options.onProgress(`label ${label} is left out: ${error.message}`);
    return emptySurvey(label);
  }
}

function emptySurvey(label: string): LabelSurvey {
  return { label, tests: {}, unstable: [], slow: [], contexts: [], files: {} };
}

function describeSurvey(survey: LabelSurvey, place: string): string {
  const { tests, unstable, slow, files, label } = survey;
  const left = unstable.length + slow.length;
  const leftOut = left === 0 ? '' : `, ${left} left out as unstable or slow`;
  return `coverage ${place} ${label}: ${Object.keys(tests).length} tests reach ${Object.keys(files).length} files${leftOut}`;
}

async function surveyLabel(label: string, options: SurveyOptions): Promise<LabelSurvey> {
  const { environment, signal } = options;
  const ids = await listTests({ environment, labels: [label], signal });
  if (ids.length === 0) return emptySurvey(label);
  const plain = await runTests({ environment, tests: ids, signal });
  // Nothing is known of tests that were not run: the label is looked at again the next time.
  if (plain.ended !== 'completed')
    throw new SandboxError(`its tests did not come to their end (${plain.ended})`);
  const covered = await recordCoverage({ environment, labels: [label], signal });
  const tests: Record<string, TestStatus> = {};
  const unstable: string[] = [];
  const slow: string[] = [];
  for (const id of ids) {
    const status = plain.tests[id]?.status;
    if (status === undefined || status !== covered.report.tests[id]?.status) unstable.push(id);
    else if ((plain.tests[id]?.seconds ?? 0) > slowestTestSeconds) slow.push(id);
    else tests[id] = status;
  }
  return { label, tests, unstable, slow, contexts: covered.contexts, files: covered.files };
}
