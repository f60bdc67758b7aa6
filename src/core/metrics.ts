import type { Extraction } from './tasks/task.ts';

export { chrf } from './chrf.ts';

/** Shared leading characters / length of the reference, 0…1; 1 for an empty reference and an empty text. */
export function commonPrefixRatio(code: string, reference: string): number {
  const left = [...code];
  const right = [...reference];
  if (right.length === 0) return left.length === 0 ? 1 : 0;
  let shared = 0;
  while (shared < right.length && left[shared] === right[shared]) shared += 1;
  return shared / right.length;
}

/** Repair: whether the method that the answer changed is the broken one. An answer without a usable method is no match. */
export function matchMethodName(extraction: Extraction): boolean {
  return extraction.kind === 'candidate';
}
