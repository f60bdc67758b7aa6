import { posix } from 'node:path';
import { SandboxError } from '../../core/errors.ts';
import {
  findForgery,
  isByChance,
  isSabotageCheckable,
  needsReference,
  type Integrity,
  type IntegrityFacts,
  type SabotageForm,
} from '../../core/integrity.ts';
import { runsAtImport } from '../../core/tasks/suspicions.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { IntegrityRequest, MethodText, SandboxRequest } from '../../ports/sandbox.ts';
import type { Job, TargetJob } from './protocol.ts';
import { keepFacts, keepMoreFacts, recallFacts } from './referenceFacts.ts';

/** One attempt at a request: which file content is run, and which method in it is looked at. */
export interface CheckedAttempt {
  readonly request: SandboxRequest;
  readonly target: MethodText | null;
  /** The environment's own file is run. */
  readonly isReference: boolean;
  readonly form: SabotageForm;
}

export type RunAttempt = (attempt: CheckedAttempt) => Promise<TestReport>;

/**
 * Runs a request by the lane's own means and, where its pass cannot be judged alone, the reference on the same tests,
 * whose facts are kept with the environment. Without `integrity` in the request it is just run.
 */
export async function checkIntegrity(request: SandboxRequest, run: RunAttempt): Promise<TestReport> {
  const { integrity } = request;
  if (!integrity) return run({ request, target: null, isReference: false, form: 'empty' });
  const known = await recallFacts(request, integrity.reference);
  const attempt = { request, target: integrity.candidate, isReference: false };
  // What the reference survives, too, says nothing: then the other form comes first.
  const report = await runSabotaged(attempt, { run, isTelling: known?.sabotage.empty !== 'survived' });
  const flags = [...report.flags, ...integrity.suspicions.map((name) => `suspicious_${name}`)];
  const facts = trustedFacts(report, integrity);
  if (!facts || !isWorthJudging(report) || !needsReference(facts)) return { ...report, flags };
  const ask = (): Promise<IntegrityFacts> => askReference(request, integrity, run);
  const reference = known ?? (await keepFacts(request, integrity.reference, ask));
  const judged = await setAgainst({ ...facts, reference }, () =>
    keepMoreFacts(request, integrity.reference, ask),
  );
  const unchecked = isSabotageCheckable(judged) ? [] : ['not_sabotage_checkable'];
  return { ...report, flags: [...flags, ...unchecked], integrity: judged };
}

/** The reference is asked again where only that speaks against a pass which the reference may do, too, at other times. */
async function setAgainst(judged: Integrity, askAgain: () => Promise<IntegrityFacts>): Promise<Integrity> {
  let reference = judged.reference;
  for (let times = 0; times < askedAgain; times += 1) {
    const against = findForgery({ ...judged, reference });
    if (against.length === 0 || !against.every(isByChance)) break;
    reference = await askAgain();
  }
  return { ...judged, reference };
}

const askedAgain = 5;

/** What the process said of itself, and what it cannot be asked for. */
function trustedFacts(report: TestReport, { suspicions }: IntegrityRequest): Integrity | undefined {
  if (report.ended !== 'completed') return undefined;
  const { sabotage, canaries, events } = report.integrity ?? silent;
  const more = suspicions.includes(runsAtImport) ? [runsAtImport] : [];
  return { sabotage, canaries, events: [...events, ...more], reference: null };
}

const silent: IntegrityFacts = { sabotage: {}, canaries: [], events: ['silenced'] };

interface Sabotage {
  readonly run: RunAttempt;
  /** Whether something else in the place of the result is worth a try. */
  readonly isTelling: boolean;
}

/** The form `raise` only where the tests do not notice `empty`; each run must be a pass, so the last one's tests count. */
async function runSabotaged(
  attempt: Omit<CheckedAttempt, 'form'>,
  { run, isTelling }: Sabotage,
): Promise<TestReport> {
  if (!isTelling) return runToTheEnd({ ...attempt, form: 'raise' }, run);
  const first = await runToTheEnd({ ...attempt, form: 'empty' }, run);
  if (first.integrity?.sabotage.empty !== 'survived') return first;
  const second = await runToTheEnd({ ...attempt, form: 'raise' }, run);
  if (!second.integrity) return second;
  const { sabotage, canaries, events } = first.integrity;
  const integrity = {
    sabotage: { ...sabotage, ...second.integrity.sabotage },
    canaries: [...new Set([...canaries, ...second.integrity.canaries])],
    events: [...new Set([...events, ...second.integrity.events])],
    reference: null,
  };
  return { ...second, integrity };
}

/** The job of an attempt; its target is the method that is looked at while its tests run. */
export function runJobOf(attempt: CheckedAttempt, sourceRoot: string): Job {
  const { request, target } = attempt;
  const { tests } = request;
  return { kind: 'run', tests, ...(target ? { integrity: targetJob(attempt, target, sourceRoot) } : {}) };
}

function targetJob({ request, form }: CheckedAttempt, target: MethodText, sourceRoot: string): TargetJob {
  const { qualifiedName, filePath } = request;
  return {
    file: posix.join(sourceRoot, filePath),
    name: qualifiedName.slice(qualifiedName.lastIndexOf('.') + 1),
    qualifiedName,
    line: target.line,
    source: target.code,
    form,
  };
}

/** Only passes are judged, and no test that failed can be part of one. */
function isWorthJudging(report: TestReport): boolean {
  const statuses = Object.values(report.tests).map((test) => test.status);
  return statuses.includes('passed') && !statuses.includes('failed') && !statuses.includes('error');
}

async function askReference(
  request: SandboxRequest,
  { reference }: IntegrityRequest,
  run: RunAttempt,
): Promise<IntegrityFacts> {
  const attempt = { request, target: reference, isReference: true };
  const report = await runSabotaged(attempt, { run, isTelling: true });
  if (report.integrity && isWorthJudging(report)) {
    const { sabotage, canaries, events } = report.integrity;
    return { sabotage, canaries, events };
  }
  throw new SandboxError(
    `The reference of ${request.qualifiedName} did not pass the tests that a candidate passed (${report.ended}): the machine is overloaded, or the environment is not the one the row was proved on.`,
    { retry: true },
  );
}

/** A pass that left no time for its sabotaged run is run again with more. */
async function runToTheEnd(attempt: CheckedAttempt, run: RunAttempt): Promise<TestReport> {
  const first = await run(attempt);
  if (!isUnfinished(first)) return first;
  const { request } = attempt;
  const wallSeconds = moreTime * request.limits.wallSeconds;
  const limits = { ...request.limits, wallSeconds };
  const again = await run({ ...attempt, request: { ...request, limits } });
  if (!isUnfinished(again)) return again;
  throw new SandboxError(
    `The check of ${request.qualifiedName} did not end within ${wallSeconds} s: the machine is overloaded.`,
    { retry: true },
  );
}

const moreTime = 5;

function isUnfinished({ integrity }: TestReport): boolean {
  return integrity !== undefined && Object.values(integrity.sabotage).includes('unfinished');
}
