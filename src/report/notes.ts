import type { RunRecord } from '../core/run.ts';
import type { Tally } from './tally.ts';

/** What a reader must know beside the figures, one sentence each. */
export function summaryNotes(record: RunRecord, tally: Tally): string[] {
  return [
    ...smokeNotes(record),
    ...unnamedDatasetNotes(record),
    ...leftOutNotes(record),
    ...quarantineNotes(record),
    ...memoryNotes(record),
    ...visibleOnlyNotes(tally),
    ...trustedTextNotes(tally),
    ...laneNotes(tally),
    ...repeatNotes(record, tally),
    ...fileNotes(record, tally),
    ...tokenNotes(record, tally),
  ];
}

function smokeNotes({ request, itemCount }: RunRecord): string[] {
  if (request.smoke !== true) return [];
  return [
    `A smoke row: ${itemCount} items with a short context show that the way to the model works, not how good it is.`,
  ];
}

function unnamedDatasetNotes({ request }: RunRecord): string[] {
  if (request.unnamedDataset !== true) return [];
  const name = request.datasetPath.split(/[\\/]/).at(-1) ?? '';
  return request.datasetPath.startsWith('hf://')
    ? [`data.path was not set: the rows are the published ones (${request.datasetPath.slice(5)}).`]
    : [`data.path was not set, and the published set could not be had: the rows are of ${name}.`];
}

function leftOutNotes({ leftOut }: RunRecord): string[] {
  const reasons = Object.entries(leftOut).filter(([, rows]) => rows > 0);
  if (reasons.length === 0) return [];
  const listed = reasons.map(([reason, rows]) => `${reason.replaceAll('_', ' ')}: ${rows}`).join(', ');
  return [`Rows left out because the task cannot use them (${listed}).`];
}

/** Their verdicts count all the same: which rows a dataset has is not for one machine to decide. */
function quarantineNotes({ quarantined }: RunRecord): string[] {
  if (quarantined.length === 0) return [];
  const more = quarantined.length > 5 ? ` and ${quarantined.length - 5} more` : '';
  return [
    `${quarantined.length} items use tests that are unsteady on the reference itself, so that their verdicts may be chance: ${quarantined.slice(0, 5).join(', ')}${more}.`,
  ];
}

function memoryNotes({ request }: RunRecord): string[] {
  if (request.grading.provider !== 'bubblewrap') return [];
  return ['Memory was bounded per process of a candidate, not for all of them together (bubblewrap).'];
}

function visibleOnlyNotes(tally: Tally): string[] {
  if (tally.visibleOnly === 0) return [];
  const which = tally.visibleOnly === tally.scored ? 'All' : `${tally.visibleOnly} of ${tally.scored}`;
  return [
    `${which} scored items have no held-out tests: they are graded by the tests that the model was shown.`,
  ];
}

function trustedTextNotes({ trustedText, scored }: Tally): string[] {
  if (trustedText === 0) return [];
  const which = trustedText === scored ? 'All' : `${trustedText} of ${scored}`;
  return [
    `${which} scored items were graded by a server that only prints text (trusted_text): a candidate can forge what it prints.`,
  ];
}

function laneNotes({ lanesDisagree, scored }: Tally): string[] {
  if (lanesDisagree === 0) return [];
  return [
    `${lanesDisagree} of ${scored} scored items had a report of a faster lane that the strict lane contradicts (lanes_disagree): the strict one counts. Look at both in reports/, and set grading.lane to strict until they are understood.`,
  ];
}

function repeatNotes({ request }: RunRecord, tally: Tally): string[] {
  const { policy, model } = request;
  if (model.modelArguments['temperature'] !== 0) return [];
  const notes: string[] = [];
  if (tally.samples > 1) {
    notes.push(
      `Temperature 0: the samples of an item repeat each other (all ${tally.samples} began with the same code in ${tally.repeated} of ${tally.scored} items).`,
    );
  }
  if (tally.maxTurns > 1 && (policy.noMultiturn || policy.repairSampling)) {
    notes.push('Temperature 0: the turns of this arm ask the same question again, so its samples repeat.');
  }
  return notes;
}

function fileNotes(record: RunRecord, tally: Tally): string[] {
  const notes: string[] = [];
  const planned = tally.scored + tally.unscored + tally.pending;
  if (planned !== record.itemCount) {
    notes.push(`The run was planned with ${record.itemCount} items, the dataset now gives ${planned}.`);
  }
  const [first] = tally.broken;
  if (first !== undefined) {
    const more = tally.broken.length > 1 ? ` and ${tally.broken.length - 1} more` : '';
    notes.push(`Broken outcome files count as unscored: ${first.key} (${first.fault})${more}.`);
  }
  if (tally.strays > 0) {
    notes.push(`${tally.strays} outcome files belong to no item of the dataset and are not counted.`);
  }
  return notes;
}

function tokenNotes({ request }: RunRecord, { turns }: Tally): string[] {
  const known = turns.turns - turns.answersWithoutCounts;
  if (known === 0 || turns.answersWithoutCounts === 0) return [];
  const cost = request.prices === null ? '' : ' and cost';
  return [`Tokens${cost} are of the ${known} of ${turns.turns} answers whose server counted them.`];
}
