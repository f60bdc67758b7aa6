import { isBlank } from '../../python/lines.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import { problemOf, wellFormedBlock } from './answerDefinitions.ts';
import type { AnswerText } from './answerText.ts';
import { isNameOf } from './chooseMethod.ts';
import type { MovableCode } from './placement.ts';
import type { Target } from './target.ts';

/** The class of an answer that was asked for, and the names of the other classes in it. */
export interface FoundClass {
  readonly found: MovableCode | null;
  readonly others: readonly string[];
  /** One closed block holds the class and nothing else. */
  readonly isExact: boolean;
}

/** Finds the class by its name: well-formed ones first, then the last, which is the model's final word. */
export function findClass(parser: PythonParser, answer: AnswerText, target: Target): FoundClass {
  const classes = partsOf(parser, answer).flatMap((text) => classesIn(parser, text));
  const named = classes.filter(({ definition }) =>
    isNameOf(definition.qualifiedName, target.definition.qualifiedName),
  );
  const wellFormed = named.filter(({ code }) => code.problem === null);
  const best = wellFormed.at(-1) ?? named.at(-1) ?? null;
  const [block, ...more] = answer.blocks;
  const isOnly = more.length === 0 && block?.isClosed === true;
  return {
    found: best?.code ?? null,
    others: [...new Set(classes.map(({ definition }) => definition.qualifiedName))],
    isExact: isOnly && best?.isAlone === true,
  };
}

/** The fenced blocks; without any, the text from the first line that may begin a class. */
function partsOf(parser: PythonParser, answer: AnswerText): readonly string[] {
  const { blocks, text } = answer;
  const code = blocks.filter(({ language }) => language !== 'diff' && language !== 'patch');
  if (code.length > 0) return code.map((block) => wellFormedBlock(parser, answer, block).text);
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^\s*(?:@|class\s)/.test(line));
  return start === -1 ? [] : [lines.slice(start).join('\n')];
}

interface ClassInPart {
  readonly definition: Definition;
  readonly code: MovableCode;
  readonly isAlone: boolean;
}

function classesIn(parser: PythonParser, text: string): readonly ClassInPart[] {
  const { definitions, lines } = parser.parse(text);
  const strings = parser.stringLines(text);
  return definitions
    .filter(({ kind }) => kind === 'class')
    .map((definition) => {
      const { definitionLine, endLine, indentation, startLine } = definition;
      const within = [...strings].filter((line) => line > definitionLine && line <= endLine);
      return {
        definition,
        code: {
          lines: lines.slice(definitionLine, endLine + 1),
          indentation,
          fixed: new Set(within.map((line) => line - definitionLine)),
          problem: problemOf(parser, text, definition),
        },
        isAlone: lines.every((line, place) => (place >= startLine && place <= endLine) || isBlank(line)),
      };
    });
}
