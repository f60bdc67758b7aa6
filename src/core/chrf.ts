const characterOrder = 6;
const beta = 2;

/**
 * Sentence chrF, 0…100: the same number as `sacrebleu.CHRF().sentence_score` with its default settings (character
 * order 6, no words, beta 2, white space removed, effective order instead of smoothing). Popović 2015,
 * https://aclanthology.org/W15-3049.
 */
export function chrf(hypothesis: string, reference: string): number {
  const left = [...withoutPythonSpace(hypothesis)];
  const right = [...withoutPythonSpace(reference)];
  let precision = 0;
  let recall = 0;
  let effectiveOrder = 0;
  for (let order = 1; order <= characterOrder; order += 1) {
    const leftCount = Math.max(0, left.length - order + 1);
    const rightCount = Math.max(0, right.length - order + 1);
    if (leftCount === 0 || rightCount === 0) break;
    const matches = countMatches(left, right, order);
    precision += matches / leftCount;
    recall += matches / rightCount;
    effectiveOrder += 1;
  }
  if (effectiveOrder === 0) return 0;
  return fScore(precision / effectiveOrder, recall / effectiveOrder);
}

function fScore(precision: number, recall: number): number {
  if (precision + recall === 0) return 0;
  const factor = beta ** 2;
  return (100 * ((1 + factor) * precision * recall)) / (factor * precision + recall);
}

function countMatches(left: readonly string[], right: readonly string[], order: number): number {
  const open = new Map<string, number>();
  for (const gram of grams(right, order)) open.set(gram, (open.get(gram) ?? 0) + 1);
  let matches = 0;
  for (const gram of grams(left, order)) {
    const count = open.get(gram) ?? 0;
    if (count === 0) continue;
    matches += 1;
    open.set(gram, count - 1);
  }
  return matches;
}

function* grams(characters: readonly string[], order: number): Generator<string> {
  for (let start = 0; start + order <= characters.length; start += 1) {
    yield characters.slice(start, start + order).join('');
  }
}

/** What Python's `str.split()` splits at, which is not quite what `\s` matches here. */
function withoutPythonSpace(text: string): string {
  return text.replace(/[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g, '');
}
