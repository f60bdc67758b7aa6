import type { Integrity } from '../../core/integrity.ts';
import type { Lane, TestReport } from '../../core/testReport.ts';
import type { SandboxLimits } from '../../ports/sandbox.ts';
import { normalizeText } from './normalizeText.ts';
import { parseFrame, type CandidateFrame, type SupervisorReport } from './protocol.ts';

/** candidate.py ends so after its frame; a hint more, never evidence alone. */
const frameExitCode = 86;
const sigxcpu = 24;
const messageCharacters = 4096;
const outputCharacters = 16_384;

/** What the supervisor's report must be read with. */
export interface ReportContext {
  readonly nonce: string;
  readonly limits: SandboxLimits;
  readonly provider: string;
  /** What the provider says in every report. */
  readonly flags: readonly string[];
  readonly pythonHome: string;
  readonly lane: Lane;
}

/** Decides how the attempt ended, and turns its frame into a test report. */
export function composeReport(
  report: SupervisorReport,
  context: ReportContext,
): { report: TestReport; frame: CandidateFrame | null } {
  const parsed = parseFrame(report.frame, context.nonce);
  const frame =
    'frame' in parsed && report.stopped === null && report.exitCode === frameExitCode ? parsed.frame : null;
  const ended = decideEnd(report, frame, context);
  const flags = [...context.flags];
  if (report.stopped !== null) flags.push(`stopped_${report.stopped}`);
  else if ('flag' in parsed) flags.push(parsed.flag);
  else if (frame === null) flags.push('frame_wrong_exit_code');
  if (report.signal !== null && report.stopped === null) flags.push(`signal_${report.signal}`);
  const tests = (ended === 'completed' ? (frame?.tests ?? []) : []).map((test) => [
    test.id,
    {
      status: test.status,
      seconds: test.seconds,
      message: normalizeText(test.message, { limit: messageCharacters, pythonHome: context.pythonHome }),
    },
  ]);
  return {
    frame,
    report: {
      ended,
      tests: Object.fromEntries(tests),
      output: normalizeText(report.output, { limit: outputCharacters, pythonHome: context.pythonHome }),
      wallSeconds: report.wallSeconds,
      cpuSeconds: report.cpuSeconds,
      peakMemoryBytes: report.peakMemoryBytes,
      flags,
      lane: context.lane,
      provider: context.provider,
      ...(ended === 'completed' && frame?.integrity ? { integrity: factsOf(frame.integrity) } : {}),
    },
  };
}

function factsOf({ sabotage, canaries, events }: NonNullable<CandidateFrame['integrity']>): Integrity {
  return { sabotage, canaries, events, reference: null };
}

/** A report for an attempt whose supervisor said nothing: the candidate's doing, see the flag. */
export function reportWithoutSupervisor(
  ended: 'timed_out' | 'crashed',
  details: { flags: readonly string[]; wallSeconds: number; provider: string; lane: Lane },
): TestReport {
  return {
    ended,
    tests: {},
    output: '',
    wallSeconds: details.wallSeconds,
    cpuSeconds: 0,
    peakMemoryBytes: 0,
    flags: details.flags,
    lane: details.lane,
    provider: details.provider,
  };
}

function decideEnd(
  report: SupervisorReport,
  frame: CandidateFrame | null,
  context: ReportContext,
): TestReport['ended'] {
  if (report.stopped === 'wall') return 'timed_out';
  if (report.stopped === 'memory') return 'out_of_memory';
  if (report.stopped !== null) return 'crashed';
  if (frame !== null) return frame.memoryError ? 'out_of_memory' : 'completed';
  if (report.signal === sigxcpu || report.cpuSeconds >= context.limits.cpuSeconds) return 'timed_out';
  // An allocation that fails in C code ends the interpreter; how near it was to the limit tells it from other crashes.
  return report.peakMemoryBytes > 0.9 * context.limits.memoryBytes ? 'out_of_memory' : 'crashed';
}
