/** What a dataset is built by: everything that can change it. Paths are absolute, for a worker reads them. */
export interface BuildInput {
  /** Name of a described repository, or the path of its description. */
  readonly repository: string;
  readonly labels: readonly string[];
  readonly output: string;
  /** Rows wanted; null = as many as there are. */
  readonly limit: number | null;
  /** Null: any number of rows of one file. */
  readonly maxPerFile: number | null;
  readonly seed: string;
  readonly descriptions: 'own' | 'any';
  readonly longFiles: boolean;
  readonly version: string;
}

/** The methods that may become rows, counted, and how many proofs a worker's sandbox runs at a time. */
export interface MethodsChosen {
  readonly methods: number;
  readonly atATime: number;
}

/** What became of one method. */
export interface ProvedMethod {
  readonly filePath: string;
  readonly isRow: boolean;
}

/** A dataset that was written. */
export interface DatasetBuilt {
  readonly output: string;
  readonly rows: number;
  readonly digest: string;
}

/** How far a build is. */
export interface BuildProgress {
  readonly stage: 'tests' | 'proofs' | 'file' | 'done';
  readonly done: number;
  readonly of: number;
  readonly rows: number;
}

/** The same, for people. */
export function describeProgress({ stage, done, of, rows }: BuildProgress): string {
  return `${stage}: ${done} of ${of}, ${rows} rows`;
}

/** The rows that methods proved in their order give, and the files that give no more. */
export function countRows(
  proved: readonly ProvedMethod[],
  { limit, maxPerFile }: Pick<BuildInput, 'limit' | 'maxPerFile'>,
): { readonly rows: number; readonly isEnough: boolean; readonly fullFiles: readonly string[] } {
  const perFile = new Map<string, number>();
  let rows = 0;
  for (const { filePath, isRow } of proved) {
    const ofFile = perFile.get(filePath) ?? 0;
    if (!isRow || ofFile >= (maxPerFile ?? Infinity)) continue;
    perFile.set(filePath, ofFile + 1);
    rows += 1;
  }
  const fullFiles = [...perFile].filter(([, count]) => count === maxPerFile).map(([file]) => file);
  return { rows, isEnough: limit !== null && rows >= limit, fullFiles };
}
