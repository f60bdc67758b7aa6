import { indentationOf, indentationWidth, isBlank } from '../../python/lines.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import { extendBlock } from './answerText.ts';
import type { AnswerText, CodeBlock } from './answerText.ts';
import { definitionRegions } from './definitionRegions.ts';

/** A function that an answer holds. */
export interface AnswerDefinition {
  readonly name: string;
  /** As far as the answer shows it: `Class.method` or just `method`. */
  readonly qualifiedName: string;
  readonly occurrence: number;
  readonly decorators: readonly string[];
  /** The lines from `def` to the last statement, as the answer has them. */
  readonly lines: readonly string[];
  readonly indentation: string;
  /** Lines (by index) that begin inside a string. */
  readonly fixed: ReadonlySet<number>;
  /** Why Python would refuse it; null when it is well-formed. */
  readonly problem: string | null;
  /** Which part of the answer it stands in. */
  readonly part: number;
  /** The part is a closed fenced block that holds nothing else (or nothing but the class lines around it). */
  readonly alone: 'method' | 'class' | null;
}

/**
 * The functions in an answer: those of its fenced blocks; when there are none, those of the text outside, where prose
 * may stand before, between and after. Of a diff nothing is read: its lines are no code.
 */
export function findDefinitions(parser: PythonParser, answer: AnswerText): AnswerDefinition[] {
  const blocks = answer.blocks.filter((block) => block.language !== 'diff' && block.language !== 'patch');
  const inBlocks = blocks.flatMap((block, part) =>
    inBlock(parser, wellFormedBlock(parser, answer, block), part),
  );
  if (inBlocks.length > 0) return inBlocks;
  return inText(parser, { text: textOutsideBlocks(answer), part: 0, isBlock: false });
}

function textOutsideBlocks({ text, blocks }: AnswerText): string {
  const isOutside = (line: number): boolean =>
    blocks.every(({ openLine, closeLine }) => line < openLine || line > closeLine);
  return text
    .split('\n')
    .map((line, place) => (isOutside(place) ? line : ''))
    .join('\n');
}

/** Code tokens of a function of an answer, for comparing; see `codeTokens`. */
export function isolatedText(definition: AnswerDefinition): string {
  const { indentation, fixed } = definition;
  return definition.lines
    .map((line, index) =>
      !fixed.has(index) && line.startsWith(indentation) ? line.slice(indentation.length) : line,
    )
    .join('\n');
}

export function wellFormedBlock(parser: PythonParser, answer: AnswerText, block: CodeBlock): CodeBlock {
  let longer: CodeBlock | null = block;
  for (let tries = 0; tries < 4 && longer; tries += 1) {
    if (!hasGrammarProblem(parser, longer.text)) return longer;
    longer = extendBlock(answer, longer);
  }
  return block;
}

function inBlock(parser: PythonParser, block: CodeBlock, part: number): AnswerDefinition[] {
  return inText(parser, { text: block.text, part, isBlock: block.isClosed });
}

interface Part {
  readonly text: string;
  readonly part: number;
  readonly isBlock: boolean;
}

function inText(parser: PythonParser, part: Part): AnswerDefinition[] {
  if (!hasGrammarProblem(parser, part.text)) return functionsIn(parser, part, '');
  return definitionRegions(parser, part.text).flatMap((region) =>
    region.problem === null
      ? functionsIn(parser, { ...part, text: region.text, isBlock: false }, region.prefix)
      : [brokenDefinition(region, part.part)],
  );
}

function functionsIn(parser: PythonParser, part: Part, prefix: string): AnswerDefinition[] {
  const { definitions, lines } = parser.parse(part.text);
  const strings = parser.stringLines(part.text);
  return definitions
    .filter((definition) => definition.kind === 'function')
    .map((definition) => ({
      name: definition.name,
      qualifiedName: prefix + definition.qualifiedName,
      occurrence: definition.occurrence,
      decorators: definition.decorators,
      lines: lines.slice(definition.definitionLine, definition.endLine + 1),
      indentation: definition.indentation,
      fixed: linesWithin(strings, definition),
      problem: problemOf(parser, part.text, definition),
      part: part.part,
      alone: part.isBlock ? aloneIn(definitions, lines, definition) : null,
    }));
}

function linesWithin(lines: ReadonlySet<number>, { definitionLine, endLine }: Definition): Set<number> {
  const within = [...lines].filter((line) => line > definitionLine && line <= endLine);
  return new Set(within.map((line) => line - definitionLine));
}

/** A problem inside the function, or a line after it that belongs to no block; null when Python would take it. */
export function problemOf(parser: PythonParser, text: string, definition: Definition): string | null {
  const { definitionLine, endLine, indentation } = definition;
  const inside = parser.problems(text).find(({ line, message }) => {
    const isOwnIndentation = line === definitionLine && message === 'unexpected indentation';
    return line >= definitionLine && line <= endLine && !isOwnIndentation;
  });
  if (inside) return `line ${inside.line - definitionLine + 1} of the method: ${inside.message}`;
  const next = text
    .split('\n')
    .find((line, index) => index > endLine && !isBlank(line) && !line.trim().startsWith('#'));
  if (next === undefined || startsDefinition(next)) return null;
  const isDeeper = indentationWidth(indentationOf(next)) > indentationWidth(indentation);
  return isDeeper ? 'unindent does not match any outer indentation level' : null;
}

function aloneIn(
  definitions: readonly Definition[],
  lines: readonly string[],
  definition: Definition,
): AnswerDefinition['alone'] {
  const around = definitions.filter(
    (other) => other !== definition && !other.qualifiedName.startsWith(`${definition.qualifiedName}.`),
  );
  const classLines = new Set(around.map((other) => other.definitionLine));
  const onlyClasses = around.every(
    (other) =>
      other.kind === 'class' &&
      definition.qualifiedName.startsWith(`${other.qualifiedName}.`) &&
      other.headerEndLine === other.definitionLine,
  );
  const restIsBlank = lines.every(
    (line, index) =>
      (index >= definition.startLine && index <= definition.endLine) ||
      classLines.has(index) ||
      isBlank(line),
  );
  if (!onlyClasses || !restIsBlank) return null;
  return around.length > 0 ? 'class' : 'method';
}

/** Whether a line begins a definition, so that it may stand less deep than the body before it. */
export function startsDefinition(line: string): boolean {
  return /^\s*(?:@|def\s|async\s+def\s|class\s)/.test(line);
}

/** Indentation of the answer as a whole does not matter here: it is looked at function by function. */
function hasGrammarProblem(parser: PythonParser, text: string): boolean {
  return parser.problems(text).some(({ message }) => message !== 'unexpected indentation');
}

interface BrokenRegion {
  readonly name: string;
  readonly prefix: string;
  readonly text: string;
  readonly problem: string | null;
}

function brokenDefinition(region: BrokenRegion, part: number): AnswerDefinition {
  const lines = region.text.split('\n');
  return {
    name: region.name,
    qualifiedName: region.prefix + region.name,
    occurrence: 0,
    decorators: [],
    lines,
    indentation: indentationOf(lines[0] ?? ''),
    fixed: new Set(),
    problem: region.problem,
    part,
    alone: null,
  };
}
