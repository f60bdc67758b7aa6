import type { Row } from '../core/row.ts';
import { expectedStatuses } from '../core/rowHelpers.ts';
import type { ExpectedStatuses } from '../core/verdicts.ts';
import type { PreparedEnvironment, Sandbox } from '../ports/sandbox.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import type { PythonParser } from '../python/pythonTypes.ts';
import { describeFailures } from './builder/findBug.ts';
import type { Variant } from './builder/rowVariants.ts';
import { rowVariants } from './builder/rowVariants.ts';
import type { ProvingGround } from './builder/runVariant.ts';
import { passes, runVariant } from './builder/runVariant.ts';
import { classInvariants, classVariants } from './classChecks.ts';
import { classRows } from './classRows.ts';
import { findRowTwins, isMarkTrue } from './validateEvidence.ts';
import { seededOrder } from './builder/seededOrder.ts';
import { openKeptValidations } from './keptValidations.ts';
import { mapLimited } from './mapLimited.ts';
import type { Dataset } from './readDataset.ts';
import { environmentCheck } from './restampRows.ts';
import { rowInvariants } from './rowInvariants.ts';
import { rowsDigest } from './writeDataset.ts';

export interface ValidateOptions {
  readonly dataset: Dataset;
  readonly environment: PreparedEnvironment;
  /** `class` proves the rows that generation of whole classes makes of the dataset. */
  readonly target: 'method' | 'class';
  readonly sandbox: Sandbox;
  /** How often everything is run. */
  readonly repeats: number;
  /** `strict` for all of it, or the faster lanes for what must fail; the reference is always looked at strictly. */
  readonly lane: 'auto' | 'strict';
  /** Where rows that were looked at are kept until the end; a validation that was interrupted goes on from there. */
  readonly workRoot: string;
  /** Rows in proof at a time. */
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** One check over all rows that it says something about. */
export interface ValidationCheck {
  readonly check: string;
  readonly rows: number;
  readonly held: number;
  /** `dp_id`s of the rows for which it did not hold, sorted. */
  readonly broken: readonly string[];
}

export interface ValidationTable {
  readonly dataset: string;
  readonly environment: string;
  readonly repeats: number;
  readonly rows: number;
  /** Rows for which every check held. */
  readonly proved: number;
  readonly checks: readonly ValidationCheck[];
  /** Shortest wall seconds of the reference, by `dp_id`. */
  readonly seconds: Readonly<Record<string, { readonly visible: number; readonly held_out: number }>>;
}

/** Proves every row anew on an environment and says which checks hold; changes nothing. */
export async function validateDataset(options: ValidateOptions): Promise<ValidationTable> {
  const { dataset, environment, repeats, onProgress } = options;
  const parser = await loadPythonParser();
  let done = 0;
  const isClass = options.target === 'class';
  const rows = isClass ? classRows(dataset.rows) : dataset.rows;
  const twins = isClass ? new Set<string>() : await findRowTwins(environment, rows, parser);
  const kept = await openKeptValidations(options.workRoot, environment, options);
  const results = await mapLimited(rows, options.slots, async (row) => {
    options.signal.throwIfAborted();
    const result = await kept.keep(row, () => validateRow(row, { ...options, parser, twins }));
    done += 1;
    const broken = result.held.filter(([, holds]) => holds === false).map(([check]) => check);
    onProgress(`row ${done}/${rows.length} ${row.dp_id}: ${broken.join(', ') || 'holds'}`);
    return { row, held: new Map(result.held), seconds: result.seconds };
  });
  await kept.forget();
  return {
    dataset: dataset.digest,
    environment: environment.digest,
    repeats,
    rows: results.length,
    proved: results.filter(({ held }) => ![...held.values()].includes(false)).length,
    checks: [...headerChecks(dataset), ...tabulate(results)],
    seconds: Object.fromEntries(results.map(({ row, seconds }) => [row.dp_id, seconds])),
  };
}

interface RowResult {
  readonly row: Row;
  /** By check: null where it does not apply. */
  readonly held: ReadonlyMap<string, boolean | null>;
  readonly seconds: { visible: number; held_out: number };
}

/** What is kept of a row. */
interface KeptResult extends Pick<RowResult, 'seconds'> {
  readonly held: readonly (readonly [string, boolean | null])[];
}

interface Validating extends ValidateOptions {
  readonly parser: PythonParser;
  /** Rows whose method stands in the environment a second time. */
  readonly twins: ReadonlySet<string>;
}

async function validateRow(row: Row, options: Validating): Promise<KeptResult> {
  const { parser } = options;
  const held = new Map<string, boolean | null>();
  const seconds = { visible: Infinity, held_out: Infinity };
  const named = row.triathlon?.environment;
  held.set(environmentCheck, named === undefined ? null : named === options.environment.digest);
  const isClass = options.target === 'class';
  const invariants = isClass ? classInvariants : rowInvariants;
  for (const { name, holds } of invariants) held.set(name, holds(row, parser));
  const variants = isClass ? classVariants(parser, row) : variantsOf(parser, row, held);
  // Rows of others were not chosen so.
  const isAlone = named === undefined || isClass ? null : !options.twins.has(row.dp_id);
  held.set('code stands nowhere else in the environment', isAlone);
  let agree = true;
  const onDisagreement = (): void => {
    agree = false;
  };
  const ground = { ...options, onDisagreement };
  // All of a side together: the process that is booted for its tests serves every variant and repeat.
  for (const side of ['visible', 'held_out'] as const) {
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      for (const variant of variants) await runSide(row, variant, { ground, held, seconds, side, repeat });
    }
  }
  if (!isClass && variants.length > 0) {
    held.set('sabotage is noticed as the mark says', await isMarkTrue(ground, row));
  }
  if (variants.length > 0) held.set('lanes agree', options.lane === 'strict' ? null : agree);
  const { visible, held_out } = seconds;
  const measured = {
    visible: Number.isFinite(visible) ? visible : 0,
    held_out: Number.isFinite(held_out) ? held_out : 0,
  };
  return { held: [...held], seconds: measured };
}

function variantsOf(
  parser: PythonParser,
  row: Row,
  held: ReadonlyMap<string, boolean | null>,
): readonly Variant[] {
  return held.get('method stands at its lines') === true ? rowVariants(parser, row) : [];
}

/** What the set says of itself holds for its rows. */
function headerChecks({ header, name, rows }: Dataset): readonly ValidationCheck[] {
  if (header === null) return [];
  const holds = header.digest === rowsDigest(rows);
  const check = 'rows are those that the header names';
  return [{ check, rows: 1, held: Number(holds), broken: holds ? [] : [name] }];
}

interface Ledger {
  readonly ground: ProvingGround & Pick<ValidateOptions, 'lane'>;
  readonly held: Map<string, boolean | null>;
  readonly seconds: { visible: number; held_out: number };
  readonly side: 'visible' | 'held_out';
  readonly repeat: number;
}

async function runSide(row: Row, variant: Variant, ledger: Ledger): Promise<void> {
  const { ground, held, seconds, side } = ledger;
  const expected = expectedStatuses(row)[side === 'visible' ? 'visible' : 'heldOut'];
  const name = `${variant.name} ${variant.mustPass ? 'passes' : 'fails'}, ${side === 'visible' ? 'visible' : 'held-out'}`;
  if (expected.size === 0) {
    held.set(name, null);
    return;
  }
  const report = await runVariant(ground, row, {
    fileContent: variant.fileContent,
    tests: orderOf(expected, variant, ledger),
    lane: variant.mustPass || ground.lane === 'strict' ? 'strict' : 'full',
  });
  held.set(name, held.get(name) !== false && passes(report, expected) === variant.mustPass);
  if (variant.name === 'reference')
    seconds[side] = Math.min(seconds[side], Math.round(report.wallSeconds * 100) / 100);
  if (variant.name === 'bug' && side === 'visible') {
    const same = describeFailures(report, expected.keys()) === row.test_error_message;
    held.set('bug gives the recorded output', held.get('bug gives the recorded output') !== false && same);
  }
}

/** The reference passes in any order: each repeat has another one. */
function orderOf(expected: ExpectedStatuses, { mustPass }: Variant, { repeat }: Ledger): readonly string[] {
  const tests = [...expected.keys()];
  return mustPass && repeat > 0 ? seededOrder(tests, (id) => id, `repeat ${repeat}`) : tests;
}

function tabulate(results: readonly RowResult[]): readonly ValidationCheck[] {
  const names = new Set(results.flatMap(({ held }) => [...held.keys()]));
  return [...names].map((check) => {
    const applying = results.filter(({ held }) => typeof held.get(check) === 'boolean');
    const broken = applying.filter(({ held }) => held.get(check) === false).map(({ row }) => row.dp_id);
    return { check, rows: applying.length, held: applying.length - broken.length, broken: broken.sort() };
  });
}
