import type { PythonParser } from '../../python/pythonTypes.ts';
import type { Message } from '../answer.ts';
import type { Row } from '../row.ts';
import type { TaskPolicy } from '../run.ts';
import { findDefinitions } from './answerDefinitions.ts';
import { readAnswer } from './answerText.ts';
import { chooseMethod } from './chooseMethod.ts';
import { fitContext } from './contextCut.ts';
import { fence, fillText } from './fillText.ts';
import { firstMessages } from './firstMessages.ts';
import { stubOf } from './methodStub.ts';
import { placeMethod } from './placement.ts';
import { codeOf, findTarget, targetOf } from './target.ts';
import type { Target } from './target.ts';
import type { Extraction, PromptTexts, Task } from './task.ts';
import { unusable } from './unusable.ts';

/** Write a method from its declaration, its description and the file without it. */
export function createMethodGeneration(parser: PythonParser): Task {
  return {
    name: 'method_gen_multiturn',
    whyLeftOut: (row, policy) => {
      const target = findTarget(parser, row);
      if (!target) return 'method_not_found';
      return contextOf(parser, target, policy) === null ? 'context_too_small' : null;
    },
    composePrompt: (row, policy, texts) => composePrompt({ parser, row, policy, texts }),
    extractCandidate: (answerText, row) => extractCandidate(parser, answerText, row),
    referenceAnswer: (row) => fence(codeOf(targetOf(parser, row)), 'python'),
    stubAnswer: (row) => fence(stubOf(targetOf(parser, row)), 'python'),
    referenceCode: (row) => codeOf(targetOf(parser, row)),
  };
}

interface PromptInput {
  readonly parser: PythonParser;
  readonly row: Row;
  readonly policy: TaskPolicy;
  readonly texts: PromptTexts;
}

function composePrompt({ parser, row, policy, texts }: PromptInput): readonly Message[] {
  const target = targetOf(parser, row);
  const { definition } = target;
  const lines = target.source.split('\n');
  const end = definition.headerEndLine + 1 + hintLines(definition, row.hint_level ?? 0);
  const declaration = lines.slice(definition.definitionLine, end).join('\n');
  const prompt = fillText(texts['prompt'] ?? '', {
    file_path: row.file_path,
    method: definition.qualifiedName,
    declaration: fence(declaration, 'python'),
    description: row.method.description?.trim() || '(There is no description.)',
    context: fence(contextOf(parser, target, policy) ?? '', 'python'),
  });
  return firstMessages({ system: texts['system'] ?? '', prompt });
}

/** Whole lines of the body, never more than the share that the row asks for. */
function hintLines({ headerEndLine, endLine }: Target['definition'], level: number): number {
  return Math.floor(((endLine - headerEndLine) * level) / 4);
}

function contextOf(parser: PythonParser, target: Target, policy: TaskPolicy): string | null {
  const { definition } = target;
  const span = { startLine: definition.definitionLine, endLine: definition.endLine };
  const text = `${definition.indentation}# (write ${definition.name} here)`;
  return fitContext({ parser, target, policy, replacement: { span, text } });
}

function extractCandidate(parser: PythonParser, answerText: string, row: Row): Extraction {
  const target = targetOf(parser, row);
  const answer = readAnswer(answerText);
  if (answer.text.trim() === '') return unusable('empty', 'The answer was empty.');
  const { name, qualifiedName } = target.definition;
  const definitions = findDefinitions(parser, answer);
  const method = chooseMethod({ parser, definitions, target });
  if (!method) {
    if (definitions.length === 0)
      return unusable('no_code', `The answer holds no function. Expected ${name}.`);
    const found = [...new Set(definitions.map((definition) => definition.qualifiedName))].slice(0, 5);
    return unusable('another_name', `Expected ${qualifiedName}, found ${found.join(', ')}.`);
  }
  const exactFormat =
    answer.blocks.length === 1 && method.alone === 'method' && hasItsDecorators(method.decorators, target);
  return placeMethod({ parser, target, method, exactFormat });
}

/** The file's own decorators stay in the file; repeating them is no more than the method. */
function hasItsDecorators(decorators: readonly string[], target: Target): boolean {
  return decorators.length === 0 || decorators.join('\n') === target.definition.decorators.join('\n');
}
