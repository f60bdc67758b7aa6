import type { Lane, TestReport } from '../../core/testReport.ts';
import type { SandboxLimits } from '../../ports/sandbox.ts';
import { normalizeText } from './normalizeText.ts';
import { factsOf } from './integrityFacts.ts';
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
  // A frame that a sabotaged run came after is whole, however that run ended.
  const isSabotaged = 'frame' in parsed && (parsed.frame.integrity?.form ?? null) !== null;
  const endedWell = report.stopped === null && report.exitCode === frameExitCode;
  const frame = 'frame' in parsed && (isSabotaged || endedWell) ? parsed.frame : null;
  const ended = decideEnd(report, frame, context);
  const flags = [...context.flags];
  if (frame === null) flags.push(...whyNoFrame(report, 'flag' in parsed ? parsed.flag : null));
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
      ...(ended === 'completed' && frame?.integrity ? { integrity: factsOf(frame.integrity, report) } : {}),
    },
  };
}

function whyNoFrame({ stopped, signal }: SupervisorReport, flag: string | null): readonly string[] {
  if (stopped !== null) return [`stopped_${stopped}`];
  return [flag ?? 'frame_wrong_exit_code', ...(signal === null ? [] : [`signal_${signal}`])];
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
  if (frame !== null) return frame.memoryError ? 'out_of_memory' : 'completed';
  if (report.stopped === 'wall') return 'timed_out';
  if (report.stopped === 'memory') return 'out_of_memory';
  if (report.stopped !== null) return 'crashed';
  if (report.signal === sigxcpu || report.cpuSeconds >= context.limits.cpuSeconds) return 'timed_out';
  // An allocation that fails in C code ends the interpreter; how near it was to the limit tells it from other crashes.
  return report.peakMemoryBytes > 0.9 * context.limits.memoryBytes ? 'out_of_memory' : 'crashed';
}
