import pLimit from 'p-limit';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { Problem } from './problem.ts';
import type { ServerParts } from './serverParts.ts';

/** Turns what the original's rows name (tests, classes, modules) into ids of tests. */
export interface LabelList {
  expand(environment: PreparedEnvironment, labels: readonly string[]): Promise<readonly string[]>;
}

/** Each label is looked up once; a label without tests stays as it is, and then is an error of that name. */
export function createLabelList({ listTests }: Pick<ServerParts, 'listTests'>): LabelList {
  const known = new Map<string, Promise<readonly string[]>>();
  const oneAtATime = pLimit(1);
  const expandOne = (environment: PreparedEnvironment, label: string): Promise<readonly string[]> => {
    const key = `${environment.digest} ${label}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (oneAtATime.pendingCount >= mostWaiting) {
      const detail = `${mostWaiting} labels wait to be looked up already. Ask again later, or name tests, not labels.`;
      throw new Problem(429, 'queue_full', { detail, retryAfterSeconds: 30 });
    }
    const found = oneAtATime(() => listTests(environment, [label])).then((ids) =>
      ids.length > 0 ? ids : [label],
    );
    known.set(key, found);
    found.catch(() => known.delete(key));
    if (known.size > keptLabels) known.delete(known.keys().next().value ?? '');
    return found;
  };
  return {
    async expand(environment, labels) {
      const ids = await Promise.all(
        labels.map(async (label) => (isTest(label) ? [label] : expandOne(environment, label))),
      );
      return [...new Set(ids.flat())];
    },
  };
}

const keptLabels = 10_000;
/** A look-up takes seconds and stands outside the queue of items: nobody may keep the others from theirs. */
const mostWaiting = 100;

/** `module.Class.test_something`, or SymPy's `path.py:test_something`. */
function isTest(label: string): boolean {
  return /\.[A-Z_]\w*\.test\w*$/.test(label) || /\.py::?\w+$/.test(label);
}
