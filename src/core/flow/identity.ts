/** What a suite asks for: a value for every key that can change a result, by `run.key`. */
export interface SuiteIdentity {
  readonly version: number;
  readonly keys: Readonly<Record<string, string>>;
}

/** Stands among the differing keys for suites of two versions of the workflows. */
export const otherVersion = 'workflow version';

/** The keys in which two suites differ, sorted; empty when they ask for the same thing. */
export function differingKeys(ours: SuiteIdentity, theirs: SuiteIdentity): readonly string[] {
  const all = new Set([...Object.keys(ours.keys), ...Object.keys(theirs.keys)]);
  const keys = [...all].filter((key) => ours.keys[key] !== theirs.keys[key]).sort();
  return ours.version === theirs.version ? keys : [otherVersion, ...keys];
}
