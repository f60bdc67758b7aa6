import { z } from 'zod';
import { sabotageForms, type SabotageForm } from '../../core/integrity.ts';
import { testStatuses } from '../../core/row.ts';

/** Version of the JSON lines between the worker and the supervisor. */
export const protocolVersion = 2;

/** Limits of one attempt, as the supervisor enforces them. */
export interface SupervisorLimits {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly addressBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
  readonly outputBytes: number;
  readonly inodes: number;
}

/** What candidate.py is asked to do. Paths are those inside the sandbox. */
export type Job =
  | { readonly kind: 'run'; readonly tests: readonly string[]; readonly integrity?: TargetJob }
  | { readonly kind: 'list'; readonly labels: readonly string[] }
  | { readonly kind: 'coverage'; readonly labels: readonly string[]; readonly output: string }
  /** What a boot of these tests loads that is not the repository's: `list` in the frame. */
  | { readonly kind: 'modules'; readonly tests: readonly string[] }
  /** Two tests of the runner's own: `health.reference` passes, `health.stub` fails. */
  | { readonly kind: 'health' }
  /** The file with a stub in the candidate's place: `stub` in the frame, or `refused`. */
  | { readonly kind: 'stub'; readonly path: string; readonly name: string };

/** The function whose pass is looked at. */
export interface TargetJob {
  /** Path inside the sandbox. */
  readonly file: string;
  readonly name: string;
  readonly qualifiedName: string;
  /** The line of its `def`, from 1. */
  readonly line: number;
  readonly source: string;
  /** What the sabotaged run gives the target's caller. */
  readonly form: SabotageForm;
}

const supervisorMessage = z.discriminatedUnion('type', [
  z.object({ protocol: z.literal(protocolVersion), type: z.literal('ready') }),
  z.object({ protocol: z.literal(protocolVersion), type: z.literal('refused'), reason: z.string() }),
  z.object({
    protocol: z.literal(protocolVersion),
    type: z.literal('report'),
    stopped: z
      .enum(['wall', 'late', 'memory', 'output', 'frame', 'inodes', 'processes', 'unkillable', 'zygote'])
      .nullable(),
    exitCode: z.int().nullable(),
    signal: z.int().nullable(),
    frame: z.string(),
    /** What was told after the frame; nothing in it can speak for a pass. */
    told: z.string(),
    output: z.string(),
    outputBytes: z.number(),
    wallSeconds: z.number(),
    cpuSeconds: z.number(),
    peakMemoryBytes: z.number(),
  }),
  z.object({
    protocol: z.literal(protocolVersion),
    type: z.literal('booted'),
    ready: z.boolean(),
    /** Why not, e.g. `called_at_boot`. */
    reason: z.string().max(100).nullable(),
    output: z.string(),
    wallSeconds: z.number(),
    memoryBytes: z.number(),
  }),
  z.object({ protocol: z.literal(protocolVersion), type: z.literal('dropped') }),
]);

export type SupervisorMessage = z.infer<typeof supervisorMessage>;
export type SupervisorReport = Extract<SupervisorMessage, { type: 'report' }>;

/** `head` and `tail`: how many characters at its ends are the candidate file's own, for Python and for us. */
const stub = z.strictObject({
  stub: z.string(),
  head: z.int().min(0),
  tail: z.int().min(0),
  headUnits: z.int().min(0),
  tailUnits: z.int().min(0),
});

export type Stub = z.infer<typeof stub>;

/** How the tests took a sabotaged run. */
export const survivalSchema = z.enum(['survived', 'failed', 'unfinished']);

const candidateFrame = z.strictObject({
  nonce: z.string().max(64),
  tests: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(1000),
        status: z.enum(testStatuses),
        seconds: z.number().min(0),
        message: z.string().max(20_000),
      }),
    )
    .max(200_000),
  memoryError: z.boolean(),
  integrity: z
    .strictObject({
      canaries: z.array(z.string().max(100)).max(100),
      events: z.array(z.string().max(200)).max(200),
      /** What the target's first answer was, where there was one. */
      first: z.array(z.string().max(200)).max(1000),
      /** The sabotaged run that came after this frame; null where there was none. */
      form: z.enum(sabotageForms).nullable(),
    })
    .optional(),
  list: z.array(z.string().max(1000)).max(200_000).optional(),
  stub: stub.optional(),
  /** Why the candidate could not take the stub's place; then nothing of it has run. */
  refused: z.string().max(100).optional(),
});

export type CandidateFrame = z.infer<typeof candidateFrame>;

/** Parses one line of the supervisor; throws when it is not one. */
export function parseSupervisorLine(line: string): SupervisorMessage {
  return supervisorMessage.parse(JSON.parse(line));
}

/** The frame, or why it is not believed. The candidate may have written anything. */
export function parseFrame(
  text: string,
  nonce: string,
): { frame: CandidateFrame } | { flag: 'frame_missing' | 'frame_malformed' | 'frame_wrong_nonce' } {
  if (text === '') return { flag: 'frame_missing' };
  if (!text.endsWith('\n') || text.indexOf('\n') !== text.length - 1) return { flag: 'frame_malformed' };
  try {
    const frame = candidateFrame.parse(JSON.parse(text));
    if (frame.nonce !== nonce) return { flag: 'frame_wrong_nonce' };
    const ids = new Set(frame.tests.map((test) => test.id));
    return ids.size === frame.tests.length ? { frame } : { flag: 'frame_malformed' };
  } catch {
    return { flag: 'frame_malformed' };
  }
}
