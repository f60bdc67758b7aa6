import { escapeForTerminal } from './escape.ts';
import { formatPercent } from './formats.ts';
import { namesOf } from './runNames.ts';
import type { RunSummary } from './runSummary.ts';

/** What the figures of the table need to be read rightly; each sentence once, with the runs it is about. */
export function renderFootnotes(runs: readonly RunSummary[]): string {
  const names = namesOf(runs);
  const runsBySentence = new Map<string, string[]>();
  for (const run of runs) {
    for (const sentence of sentencesOf(run)) {
      const safe = escapeForTerminal(sentence, 400);
      runsBySentence.set(safe, [...(runsBySentence.get(safe) ?? []), names.inWords(run)]);
    }
  }
  const lines = [...runsBySentence].map(([sentence, about]) => {
    const which = about.length === runs.length ? '' : `${about.join('; ')}: `;
    return `* ${which}${sentence}`;
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function sentencesOf(run: RunSummary): string[] {
  return [...withheldSentences(run), ...armSentences(run), ...paidSentences(run), ...run.notes];
}

function withheldSentences(run: RunSummary): string[] {
  const { headline, bounds, passed, unscoredErrors } = run;
  const errors = Object.entries(unscoredErrors).map(([name, count]) => `${name} ${count}`);
  const why = errors.length === 0 ? '' : ` Unscored because of: ${errors.join(', ')}.`;
  if (headline.withheld === null) return why === '' ? [] : [why.trim()];
  const between =
    bounds === null
      ? ''
      : ` So far ${passed.passed} of ${passed.of} passed; all items lie between ${formatPercent(bounds.low)} and ${formatPercent(bounds.high)} %.`;
  return [`No score: ${headline.withheld}.${between}${why} Submit the run again to go on.`];
}

function armSentences({ arms }: RunSummary): string[] {
  return arms.length === 0 ? [] : [`Arm: ${arms.join(', ')}.`];
}

function paidSentences({ answers, cost }: RunSummary): string[] {
  const sentences: string[] = [];
  if (answers.asksBeyondOne > 0) {
    sentences.push(`${answers.asksBeyondOne} requests were asked again because an answer was broken.`);
  }
  if (cost !== null) sentences.push('Costs are estimates from token counts and the prices given.');
  return sentences;
}
