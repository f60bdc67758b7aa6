import { isBlank, splitLines, withPlainLineEndings } from '../../python/lines.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import type { Message } from '../answer.ts';
import type { Row } from '../row.ts';
import type { TaskPolicy } from '../run.ts';
import { findDefinitions, startsDefinition } from './answerDefinitions.ts';
import { readAnswer } from './answerText.ts';
import type { AnswerText } from './answerText.ts';
import { chooseMethod } from './chooseMethod.ts';
import { cutLineOf } from './completionCut.ts';
import { fitContext } from './contextCut.ts';
import { readContinuation } from './continuation.ts';
import { fence, fillText } from './fillText.ts';
import { firstMessages } from './firstMessages.ts';
import { halfMethodOf, raisingContinuation } from './halfMethod.ts';
import type { HalfMethod } from './halfMethod.ts';
import { placeLines, syntaxError } from './placement.ts';
import { codeOf, findTarget, targetOf } from './target.ts';
import type { Extraction, Gap, GapForm, PromptTexts, Task } from './task.ts';
import { unusable } from './unusable.ts';
import { continuationInWhole } from './wholeMethod.ts';

/** Write the second half of a method from the file around it and its first half. */
export function createCompletion(parser: PythonParser): Task {
  return {
    name: 'completion',
    gap: {
      open: (row, policy) => openGap(parser, row, policy),
      fill: (text, row) => fillGap(parser, text, row),
    },
    whyLeftOut: (row, policy) => whyLeftOut(parser, row, policy),
    composePrompt: (row, policy, texts) => composePrompt({ parser, row, policy, texts }),
    extractCandidate: (answerText, row) => extractCandidate(parser, answerText, row),
    referenceAnswer: (row) => fence(halfMethodOf(parser, row).continuation.join('\n'), 'python'),
    stubAnswer: (row) => fence(raisingContinuation(parser, halfMethodOf(parser, row)), 'python'),
    referenceCode: (row) => codeOf(targetOf(parser, row)),
  };
}

function whyLeftOut(parser: PythonParser, row: Row, policy: TaskPolicy): string | null {
  const target = findTarget(parser, row);
  if (!target) return 'method_not_found';
  if (cutLineOf(parser, row, target) === null) return 'no_cut';
  const half = halfMethodOf(parser, row);
  return contextOf(parser, half, { policy, mark: markOf(half) }) === null ? 'context_too_small' : null;
}

interface PromptInput {
  readonly parser: PythonParser;
  readonly row: Row;
  readonly policy: TaskPolicy;
  readonly texts: PromptTexts;
}

function composePrompt({ parser, row, policy, texts }: PromptInput): readonly Message[] {
  const half = halfMethodOf(parser, row);
  const prompt = fillText(texts['prompt'] ?? '', {
    file_path: row.file_path,
    method: half.target.definition.qualifiedName,
    half_method: fence(half.given.join('\n'), 'python'),
    context: fence(contextOf(parser, half, { policy, mark: markOf(half) }) ?? '', 'python'),
  });
  return firstMessages({ system: texts['system'] ?? '', prompt });
}

/** What stands in the place of the lines to write. */
function markOf({ indentation }: HalfMethod): string {
  return `${indentation}# (continue here)`;
}

/** For base models a character that no file holds stands there, at which the text is cut in two. */
function openGap(parser: PythonParser, row: Row, policy: TaskPolicy): Gap {
  const half = halfMethodOf(parser, row);
  const context = contextOf(parser, half, { policy, mark: '\0' }) ?? '\0';
  const [prefix = '', suffix = ''] = context.split('\0');
  const showsSuffix = policy.completionForm === 'prefix_suffix';
  return { prefix, suffix: showsSuffix ? suffix : null, stop: endsOf(half) };
}

/** How the line after the method may begin; four at most, for servers that take no more. */
function endsOf({ target }: HalfMethod): string[] {
  const { indentation } = target.definition;
  const beside = ['def ', '@'].map((word) => `\n${indentation}${word}`);
  return [...beside, '\nclass ', indentation === '' ? '\nif __name__' : '\ndef '];
}

function fillGap(parser: PythonParser, text: string, row: Row): ReturnType<GapForm['fill']> {
  const half = halfMethodOf(parser, row);
  const plain = withPlainLineEndings(text);
  const found = readContinuation({ parser, half, lines: plain.split('\n') });
  if (!found) return { extraction: broken(half, plain), isEnded: false };
  const { lines, isExact: exactFormat, isEnded } = found;
  return { extraction: place({ parser, half, lines, exactFormat }), isEnded };
}

interface Shown {
  readonly policy: TaskPolicy;
  readonly mark: string;
}

function contextOf(parser: PythonParser, half: HalfMethod, { policy, mark }: Shown): string | null {
  const { target, cutLine } = half;
  // In the published form nothing of what follows the method is shown.
  const showsSuffix = policy.completionForm === 'prefix_suffix';
  const endLine = showsSuffix ? target.definition.endLine : splitLines(target.source).length - 1;
  const span = { startLine: cutLine, endLine };
  return fitContext({
    parser,
    target,
    policy,
    replacement: { span, text: mark },
  });
}

function extractCandidate(parser: PythonParser, answerText: string, row: Row): Extraction {
  const half = halfMethodOf(parser, row);
  const answer = readAnswer(answerText);
  if (answer.text.trim() === '') return unusable('empty', 'The answer was empty.');
  const whole = fromWholeMethod(parser, answer, half);
  if (whole?.kind === 'candidate') return whole;
  if (answer.blocks.length === 0) return whole ?? fromText(parser, answer.text, half);
  const continued = fromBlocks(parser, answer, half);
  return whole && continued.kind !== 'candidate' ? whole : continued;
}

/** The answer gives the method from its `def` on. */
function fromWholeMethod(parser: PythonParser, answer: AnswerText, half: HalfMethod): Extraction | null {
  const definitions = findDefinitions(parser, answer);
  const method = chooseMethod({ parser, definitions, target: half.target });
  if (!method) return null;
  if (method.problem !== null) return syntaxError(method.lines.join('\n'), method.problem);
  const found = continuationInWhole({ parser, half, method });
  if (!found) {
    return unusable(
      'no_code',
      'The answer gives the method anew instead of continuing the first half as it stands.',
    );
  }
  const isJustTheMethod = method.alone === 'method' && method.decorators.length === 0;
  const exactFormat = answer.blocks.length === 1 && isJustTheMethod && found.isSameHalf;
  return place({ parser, half, lines: found.lines, exactFormat });
}

/**
 * A fenced block goes on where the half ends; blocks that show the method from its `def` on do not. Of several that could,
 * it is the last one that goes on exactly, which is the model's final word; else the first: what follows is an example.
 */
function fromBlocks(parser: PythonParser, answer: AnswerText, half: HalfMethod): Extraction {
  const filled = answer.blocks.filter(({ text }) => !isBlank(text));
  const python = filled.filter(({ language }) => pythonLabels.includes(language));
  const blocks = python.length > 0 ? python : filled;
  const read = blocks
    .filter(({ text }) => !beginsMethod(text, half))
    .flatMap((block) => {
      const found = readContinuation({ parser, half, lines: block.text.split('\n') });
      return found ? [{ block, found }] : [];
    });
  const best = read.findLast(({ found }) => found.isExact) ?? read[0];
  if (best) {
    const exactFormat = answer.blocks.length === 1 && best.block.isClosed && best.found.isExact;
    return place({ parser, half, lines: best.found.lines, exactFormat });
  }
  const [first] = blocks;
  return first ? broken(half, first.text) : unusable('no_code', 'The code block of the answer is empty.');
}

/** What stands behind the fence of Python, in lower case; many models write nothing. */
const pythonLabels = ['', 'python', 'py', 'python3'];

function beginsMethod(text: string, { target }: HalfMethod): boolean {
  const first = text.split('\n').find((line) => !isBlank(line)) ?? '';
  return startsDefinition(first) && first.includes(`def ${target.definition.name}(`);
}

/** The answer goes on without a fence, perhaps after a few lines of prose. */
function fromText(parser: PythonParser, text: string, half: HalfMethod): Extraction {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, place) => (isBlank(line) ? [] : [place])).slice(0, startsAtMost);
  for (const start of starts) {
    const found = readContinuation({ parser, half, lines: lines.slice(start) });
    if (found) return place({ parser, half, lines: found.lines, exactFormat: false });
  }
  const isIndented = /^[ \t]/.test(lines[starts[0] ?? 0] ?? '');
  return isIndented ? broken(half, text) : unusable('no_code', 'The answer holds no code that goes on.');
}

/** So many lines of prose may stand before the code of an answer without fences. */
const startsAtMost = 12;

interface Placing {
  readonly parser: PythonParser;
  readonly half: HalfMethod;
  readonly lines: readonly string[];
  readonly exactFormat: boolean;
}

function place({ parser, half, lines, exactFormat }: Placing): Extraction {
  const { target, cutLine } = half;
  const span = { startLine: cutLine, endLine: target.definition.endLine };
  return placeLines({ parser, target, span, given: half.given, code: lines.join('\n'), exactFormat });
}

function broken(half: HalfMethod, continuation: string): Extraction {
  return syntaxError([...half.given, continuation].join('\n'), 'it does not go on from the first half');
}
