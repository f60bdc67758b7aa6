import { withPlainLineEndings } from '../../python/lines.ts';

/** A fenced block of an answer. */
export interface CodeBlock {
  readonly text: string;
  /** What stands behind the opening fence, e.g. `python`. */
  readonly language: string;
  /** False when the answer ends before the closing fence. */
  readonly isClosed: boolean;
  /** Lines of the answer (0-based) that hold the fences; the closing one is past the end when it is missing. */
  readonly openLine: number;
  readonly closeLine: number;
}

/** An answer without its thinking, and its fenced blocks. */
export interface AnswerText {
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

/** Reads an answer: line endings made plain, thinking removed, fenced blocks found (any length, `~~~` too, any indentation). */
export function readAnswer(answerText: string): AnswerText {
  const text = withoutThinking(withPlainLineEndings(answerText));
  const lines = text.split('\n');
  const blocks: CodeBlock[] = [];
  for (let line = 0; line < lines.length; line += 1) {
    const opening = fenceIn(lines[line] ?? '');
    if (!opening) continue;
    const close = closingLine(lines, line + 1, opening.marks);
    blocks.push(blockBetween({ lines, openLine: line, closeLine: close, language: opening.language }));
    line = close;
  }
  return { text, blocks };
}

/** The same block ending at a later fence: for code that itself has a fence in a docstring. */
export function extendBlock(answer: AnswerText, block: CodeBlock): CodeBlock | null {
  const lines = answer.text.split('\n');
  const marks = fenceIn(lines[block.openLine] ?? '')?.marks;
  if (!marks || block.closeLine >= lines.length - 1) return null;
  const closeLine = closingLine(lines, block.closeLine + 1, marks);
  return closeLine < lines.length ? blockBetween({ ...block, lines, closeLine }) : null;
}

/**
 * Removes what a model thought aloud. Tags count at the start of a line only, as they can be part of code. A
 * thought that never ends is no answer, so all of it goes; where the prompt opened the thought, only its end is seen.
 */
export function withoutThinking(text: string): string {
  const open = /^[ \t]*<(think|thinking)>/im;
  const orphan = /^([\s\S]*?)<\/(?:think|thinking)>/i;
  let rest = text;
  const firstOpen = rest.search(open);
  const firstClose = orphan.exec(rest);
  if (firstClose && (firstOpen < 0 || firstClose[0].length <= firstOpen)) {
    if (looksLikeThought(firstClose[1] ?? '')) rest = rest.slice(firstClose[0].length);
  }
  for (let match = open.exec(rest); match; match = open.exec(rest)) {
    const closing = `</${(match[1] ?? '').toLowerCase()}>`;
    const end = rest.toLowerCase().indexOf(closing, match.index);
    rest = rest.slice(0, match.index) + (end < 0 ? '' : rest.slice(end + closing.length));
  }
  return rest;
}

/** An end tag after an open fence's code, on a line with other text, is part of that code. */
function looksLikeThought(before: string): boolean {
  const lastLine = before.slice(before.lastIndexOf('\n') + 1);
  return !/["'#]/.test(lastLine);
}

interface Opening {
  readonly marks: string;
  readonly language: string;
}

function fenceIn(line: string): Opening | null {
  const match = /^[ \t]*(?:[-*+>]|\d+[.)])?[ \t]*(`{3,}|~{3,})[ \t]*([^`]*)$/.exec(line);
  if (!match) return null;
  const language = (match[2] ?? '').trim().split(/\s+/)[0] ?? '';
  return { marks: match[1] ?? '', language: language.toLowerCase() };
}

function closingLine(lines: readonly string[], from: number, marks: string): number {
  for (let line = from; line < lines.length; line += 1) {
    const text = (lines[line] ?? '').trim();
    if (text.length >= marks.length && text === marks.charAt(0).repeat(text.length)) return line;
  }
  return lines.length;
}

interface BlockLines {
  readonly lines: readonly string[];
  readonly openLine: number;
  readonly closeLine: number;
  readonly language: string;
}

function blockBetween({ lines, openLine, closeLine, language }: BlockLines): CodeBlock {
  const text = lines.slice(openLine + 1, closeLine).join('\n');
  return { text, language, isClosed: closeLine < lines.length, openLine, closeLine };
}
