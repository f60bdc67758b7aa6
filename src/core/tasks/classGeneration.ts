import type { PythonParser } from '../../python/pythonTypes.ts';
import type { Message } from '../answer.ts';
import type { Row } from '../row.ts';
import type { TaskPolicy } from '../run.ts';
import { readAnswer } from './answerText.ts';
import { findClass } from './answerClass.ts';
import { classSkeleton, classStub } from './classBodies.ts';
import { fitContext } from './contextCut.ts';
import { fence, fillText } from './fillText.ts';
import { firstMessages } from './firstMessages.ts';
import { placeMethod } from './placement.ts';
import { codeOf, findClassTarget, missingTarget } from './target.ts';
import type { Target } from './target.ts';
import type { Extraction, PromptTexts, Task } from './task.ts';
import { unusable } from './unusable.ts';

/** Write a whole class from its skeleton and the file without it: generation with `gen_target: class`. */
export function createClassGeneration(parser: PythonParser): Task {
  return {
    name: 'method_gen_multiturn',
    whyLeftOut: (row, policy) => {
      const target = findClassTarget(parser, row);
      if (!target) return 'class_not_found';
      return contextOf(parser, target, policy) === null ? 'context_too_small' : null;
    },
    composePrompt: (row, policy, texts) => composePrompt({ parser, row, policy, texts }),
    extractCandidate: (answerText, row) => extractCandidate(parser, answerText, row),
    referenceAnswer: (row) => fence(codeOf(targetOf(parser, row)), 'python'),
    stubAnswer: (row) => fence(classStub(parser, targetOf(parser, row)), 'python'),
    referenceCode: (row) => codeOf(targetOf(parser, row)),
  };
}

function targetOf(parser: PythonParser, row: Row): Target {
  const target = findClassTarget(parser, row);
  if (target) return target;
  throw missingTarget(row, 'class');
}

interface PromptInput {
  readonly parser: PythonParser;
  readonly row: Row;
  readonly policy: TaskPolicy;
  readonly texts: PromptTexts;
}

function composePrompt({ parser, row, policy, texts }: PromptInput): readonly Message[] {
  const target = targetOf(parser, row);
  const prompt = fillText(texts['prompt'] ?? '', {
    file_path: row.file_path,
    class: target.definition.qualifiedName,
    skeleton: fence(classSkeleton(parser, target), 'python'),
    context: fence(contextOf(parser, target, policy) ?? '', 'python'),
  });
  return firstMessages({ system: texts['system'] ?? '', prompt });
}

function contextOf(parser: PythonParser, target: Target, policy: TaskPolicy): string | null {
  const { definition } = target;
  const span = { startLine: definition.definitionLine, endLine: definition.endLine };
  const text = `${definition.indentation}# (write class ${definition.name} here)`;
  return fitContext({ parser, target, policy, replacement: { span, text } });
}

function extractCandidate(parser: PythonParser, answerText: string, row: Row): Extraction {
  const target = targetOf(parser, row);
  const answer = readAnswer(answerText);
  if (answer.text.trim() === '') return unusable('empty', 'The answer was empty.');
  const { found, others, isExact } = findClass(parser, answer, target);
  if (found) return placeMethod({ parser, target, method: found, exactFormat: isExact });
  const { qualifiedName } = target.definition;
  if (others.length === 0)
    return unusable('no_code', `The answer holds no class. Expected ${qualifiedName}.`);
  return unusable(
    'another_name',
    `Expected the class ${qualifiedName}, found ${others.slice(0, 5).join(', ')}.`,
  );
}
