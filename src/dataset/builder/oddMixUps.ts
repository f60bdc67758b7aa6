import type { Mutation } from './proposeMutations.ts';

/** One name in the place of another that looks nothing like it: a slip that nobody makes. */
export function isOddMixUp({
  operator,
  before,
  after,
}: Pick<Mutation, 'operator' | 'before' | 'after'>): boolean {
  if (operator !== 'wrong_variable') return false;
  const names = namesOf(after);
  const at = namesOf(before).findIndex((name, index) => name !== names[index]);
  return !areAlike(namesOf(before)[at] ?? '', names[at] ?? '');
}

function namesOf(code: string): readonly string[] {
  return code.match(/\w+/g) ?? [];
}

/** They begin alike, or share a word: `hashes` and `hashed`, `model_name` and `name`. */
function areAlike(one: string, other: string): boolean {
  if (one.slice(0, shortestWord) === other.slice(0, shortestWord)) return true;
  const words = new Set(other.split('_').filter(({ length }) => length >= shortestWord));
  return one.split('_').some((word) => words.has(word));
}

const shortestWord = 3;
