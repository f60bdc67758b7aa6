import type { Message } from '../answer.ts';
import type { Row, TaskName } from '../row.ts';
import type { TaskPolicy } from '../run.ts';
import type { TestReport } from '../testReport.ts';
import type { ExpectedStatuses, UnusableReason, Verdict } from '../verdicts.ts';

/** Texts of one task, read from resources/prompts/<task>.yaml; `{name}` marks are filled in. */
export type PromptTexts = Readonly<Record<string, string>>;

/** What was found in an answer. `file` is the whole file with the candidate spliced in. */
export type Extraction =
  | {
      readonly kind: 'candidate';
      /** The method as it stands in `file`: declaration and body. */
      readonly code: string;
      readonly file: string;
      readonly exactFormat: boolean;
      /** Repair: qualified name of the method the answer replaced. */
      readonly qualifiedName: string;
      /** The line of its `def` in `file`, from 1. */
      readonly line: number;
      /** Constructs that the reference does not have and that a forger would need. */
      readonly suspicions: readonly string[];
    }
  | {
      readonly kind: 'unusable_answer';
      readonly reason: UnusableReason;
      /** Said to the model in the next turn. */
      readonly explanation: string;
    }
  | {
      readonly kind: 'wrong_target';
      readonly code: string;
      readonly found: string;
      readonly explanation: string;
    }
  | { readonly kind: 'syntax_error'; readonly code: string; readonly explanation: string };

/** A finished turn as the next prompt needs it. */
export interface PastTurn {
  readonly answerText: string;
  readonly feedback: string;
}

/** A place in a file where text is missing. */
export interface Gap {
  readonly prefix: string;
  /** What follows the gap; null where nothing of it is shown. */
  readonly suffix: string | null;
  /** Beginnings of lines that cannot belong to what is missing. */
  readonly stop: readonly string[];
}

/** For base models, which are shown the file itself; only a task that is a gap in a file has it. */
export interface GapForm {
  open(row: Row, policy: TaskPolicy): Gap;
  /** `isEnded`: the text goes on beyond the end of what was missing. */
  fill(text: string, row: Row): { readonly extraction: Extraction; readonly isEnded: boolean };
}

/** One of the three tasks; pure. */
export interface Task {
  readonly name: TaskName;
  readonly gap?: GapForm;
  /** Null when the row can be used, else why it is left out, e.g. `file_exceeds_context`, `no_bug`. */
  whyLeftOut(row: Row, policy: TaskPolicy): string | null;
  /** The first messages of an item. */
  composePrompt(row: Row, policy: TaskPolicy, texts: PromptTexts): readonly Message[];
  /** Finds the method in an answer and splices it into the row's file. */
  extractCandidate(answerText: string, row: Row): Extraction;
  /** The answer text of the `reference` model: graded as any other, must pass. */
  referenceAnswer(row: Row): string;
  /** The answer text of the `stub` model: well-formed, must fail. */
  stubAnswer(row: Row): string;
  /** The text that an answer's code is compared with for chrF and common prefix. */
  referenceCode(row: Row): string;
}

/** What the next prompt says about a turn. Only the visible tests' report may come in here. */
export interface FeedbackInput {
  readonly verdict: Verdict;
  readonly extraction: Extraction;
  readonly visibleReport: TestReport | null;
  readonly visible: ExpectedStatuses;
  readonly policy: TaskPolicy;
  readonly texts: PromptTexts;
}
