import type { PythonParser } from '../../python/pythonTypes.ts';
import type { Message } from '../answer.ts';
import { DatasetError } from '../errors.ts';
import type { Row } from '../row.ts';
import type { TaskPolicy } from '../run.ts';
import { findDefinitions } from './answerDefinitions.ts';
import type { AnswerDefinition } from './answerDefinitions.ts';
import { readAnswer } from './answerText.ts';
import { fence, fillText } from './fillText.ts';
import { firstMessages } from './firstMessages.ts';
import { stubOf } from './methodStub.ts';
import { placeMethod } from './placement.ts';
import { resolveMethod } from './resolveMethod.ts';
import type { ResolvedMethod } from './resolveMethod.ts';
import { codeOf, findBuggyTarget, findTarget, targetOf } from './target.ts';
import type { Target } from './target.ts';
import type { Extraction, PromptTexts, Task } from './task.ts';
import { unusable } from './unusable.ts';

/** Find the one wrong method of a file and return it repaired. The method is never named. */
export function createProgramRepair(parser: PythonParser): Task {
  return {
    name: 'program_repair',
    whyLeftOut: (row, policy) => whyLeftOut(parser, row, policy),
    composePrompt,
    extractCandidate: (answerText, row) => extractCandidate(parser, answerText, row),
    referenceAnswer: (row) => answerWith(parser, targetOf(parser, row), codeOf),
    stubAnswer: (row) => answerWith(parser, targetOf(parser, row), stubOf),
    referenceCode: (row) => codeOf(targetOf(parser, row)),
  };
}

/** The file is never cut: what is cut would tell where the bug is not. */
function whyLeftOut(parser: PythonParser, row: Row, policy: TaskPolicy): string | null {
  const buggy = row.file_with_buggy_method;
  if (!buggy || buggy === row.raw_file_content) return 'no_bug';
  if (!findTarget(parser, row) || !findBuggyTarget(parser, row)) return 'method_not_found';
  return buggy.length > policy.maxContextCharacters ? 'file_exceeds_context' : null;
}

/** `context_source: class` has no effect here, for the class around the bug would tell where it is. */
function composePrompt(row: Row, policy: TaskPolicy, texts: PromptTexts): readonly Message[] {
  const output = row.test_error_message?.trim();
  const isShown = policy.repairContext === 'test' && output;
  const tests = isShown
    ? fillText(texts['failing_tests'] ?? '', {
        test_output: fence(output.slice(0, policy.maxFeedbackCharacters)),
      })
    : '';
  const prompt = fillText(texts['prompt'] ?? '', {
    file_path: row.file_path,
    context: fence(row.file_with_buggy_method ?? '', 'python'),
    failing_tests: tests.trim(),
  });
  return firstMessages({ system: texts['system'] ?? '', prompt });
}

/** The method in the form the prompt asks for: under its class line where its name alone would not do. */
function answerWith(parser: PythonParser, target: Target, textOf: (target: Target) => string): string {
  const { definitions } = parser.parse(target.source);
  const { name, className, decorators } = target.definition;
  const namesakes = definitions.filter(
    (definition) => definition.kind === 'function' && definition.name === name,
  );
  if (namesakes.length === 1) return fence(textOf(target), 'python');
  const shown =
    decorators.map((decorator) => `${target.definition.indentation}${decorator}\n`).join('') + textOf(target);
  const around = definitions.filter(
    ({ kind, qualifiedName }) => kind === 'class' && className !== null && isPrefix(qualifiedName, className),
  );
  const classLines = around.map(({ indentation, name: outer }) => `${indentation}class ${outer}:\n`);
  return fence(classLines.join('') + shown, 'python');
}

function isPrefix(outer: string, qualifiedName: string): boolean {
  return qualifiedName === outer || qualifiedName.startsWith(`${outer}.`);
}

function extractCandidate(parser: PythonParser, answerText: string, row: Row): Extraction {
  const target = findBuggyTarget(parser, row);
  if (!target)
    throw new DatasetError(`Row ${row.dp_id} has no file with a bug: leave it out of program_repair.`);
  const { source } = target;
  const answer = readAnswer(answerText);
  if (answer.text.trim() === '') return unusable('empty', 'The answer was empty.');
  const functions = findDefinitions(parser, answer).filter(
    ({ qualifiedName }) => !qualifiedName.includes('<locals>'),
  );
  if (functions.length === 0) return unusable('no_code', 'The answer holds no function.');
  const resolved = functions
    .map((method) => resolveMethod({ parser, source, method, isLone: isLone(method, functions) }))
    .filter((found) => found !== null);
  if (resolved.length === 0) return unusable('another_name', `The file has no ${namesOf(functions)}.`);
  const meant = chooseMeant(resolved);
  const [only] = meant;
  if (only && meant.every(({ definition }) => definition.startIndex === only.definition.startIndex)) {
    const chosen = meant.at(-1) ?? only;
    if (chosen.definition.startIndex !== target.definition.startIndex) return wrongTarget([chosen]);
    const exactFormat = answer.blocks.length === 1 && functions.length === 1 && chosen.method.alone !== null;
    return placeMethod({ parser, target, method: chosen.method, exactFormat });
  }
  return wrongTarget(meant);
}

function isLone(method: AnswerDefinition, functions: readonly AnswerDefinition[]): boolean {
  return functions.every((other) => other === method || other.part !== method.part);
}

/**
 * The functions that the answer is about. One alone is it; of several, those that change something; of several
 * blocks that change something, the last, which is the model's final word. More than one function left means that
 * the answer does not say which one is wrong.
 */
function chooseMeant(resolved: readonly ResolvedMethod[]): readonly ResolvedMethod[] {
  const changed = resolved.filter(({ isChanged }) => isChanged);
  const wellFormed = changed.filter(({ method }) => method.problem === null);
  const best = [wellFormed, changed, resolved].find((list) => list.length > 0) ?? [];
  return best.filter(({ method }) => method.part === best.at(-1)?.method.part);
}

function wrongTarget(meant: readonly ResolvedMethod[]): Extraction {
  const names = [...new Set(meant.map(({ definition }) => definition.qualifiedName))];
  const code = meant[0]?.method.lines.join('\n') ?? '';
  const found = names.slice(0, 5).join(', ');
  const isNothing = names.length > 1 && meant.every(({ isChanged }) => !isChanged);
  if (isNothing)
    return { kind: 'wrong_target', code, found: 'nothing', explanation: 'The answer changes nothing.' };
  const explanation =
    names.length > 1
      ? `The answer changes several methods (${found}); exactly one is wrong.`
      : `The method that is wrong is another one than ${found}.`;
  return { kind: 'wrong_target', code, found, explanation };
}

function namesOf(functions: readonly AnswerDefinition[]): string {
  return [...new Set(functions.map(({ qualifiedName }) => qualifiedName))].slice(0, 5).join(', ');
}
