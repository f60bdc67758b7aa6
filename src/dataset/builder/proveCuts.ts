import type { CutPercent, Row } from '../../core/row.ts';
import type { RowRequest } from './rowRequest.ts';
import { withAdditions } from './rowRequest.ts';
import { chooseCuts } from './chooseCuts.ts';
import type { Stubbed } from './proveStubs.ts';
import { candidateFile, completionVariants } from './rowVariants.ts';
import type { ProvingGround } from './runVariant.ts';
import { failsOnBothSides } from './witnesses.ts';

/** Places tried at most for one cut: a method whose ends do not matter to its tests has no good one. */
const maxTried = 3;

/** The row with a proved cut in the middle, and others near a quarter and three quarters where there are such; null without the first. */
export async function proveCuts(
  ground: ProvingGround,
  request: RowRequest,
  { row, witnesses }: Stubbed,
): Promise<Row | null> {
  const middle = await proveCut(ground, request, { row, witnesses, percent: 50, used: [] });
  if (middle === null) return null;
  const early = await proveCut(ground, request, { row, witnesses, percent: 25, used: [middle] });
  const used = early === null ? [middle] : [middle, early];
  const late = await proveCut(ground, request, { row, witnesses, percent: 75, used });
  const completion = {
    cut_line: middle,
    ...(early === null ? {} : { cut_line_25: early }),
    ...(late === null ? {} : { cut_line_75: late }),
  };
  return withAdditions(row, { completion });
}

interface CutRequest extends Stubbed {
  readonly percent: CutPercent;
  /** Lines of other cuts. */
  readonly used: readonly number[];
}

async function proveCut(
  ground: ProvingGround,
  request: RowRequest,
  { row, witnesses, percent, used }: CutRequest,
): Promise<number | null> {
  const { parser, source, located } = request;
  const target = { source, definition: located.method.definition };
  const [middle] = used;
  const lines = chooseCuts(parser, target, percent)
    .filter((line) => middle === undefined || (percent < 50 ? line < middle : line > middle))
    .slice(0, maxTried);
  for (const line of lines) {
    const cut = withAdditions(row, { completion: { cut_line: line } });
    if (isCovered(request, cut, line) && (await isProved(ground, request, { row: cut, witnesses })))
      return line;
  }
  return null;
}

/** A visible test, and a held-out one where there are such, runs what must be written. */
function isCovered({ tests }: RowRequest, row: Row, cut: number): boolean {
  const reaching = new Set(
    tests.filter(({ lines }) => lines.some((line) => line >= cut)).map(({ id }) => id),
  );
  const heldOut = row.triathlon?.held_out_tests ?? [];
  const isReached = (ids: readonly string[]): boolean => ids.some((id) => reaching.has(id));
  return isReached(row.tests.full_paths) && (heldOut.length === 0 || isReached(heldOut));
}

/** The first half and the reference's rest are the reference; with a rest that does nothing or raises, it fails. */
async function isProved(
  ground: ProvingGround,
  { parser }: RowRequest,
  { row, witnesses }: Stubbed,
): Promise<boolean> {
  if (candidateFile(parser, row, { task: 'completion', answer: 'reference' }) !== row.raw_file_content)
    return false;
  const variants = completionVariants(parser, row);
  for (const { fileContent } of variants) {
    if (!(await failsOnBothSides(ground, row, { fileContent, witnesses }))) return false;
  }
  return variants.length > 0;
}
