import type { RunSummary } from './runSummary.ts';

/** The line of `results_summary.jsonl`, with the published suite's keys; scores are null where they are withheld. */
export function originalSummary(summary: RunSummary): object {
  const { metrics } = summary;
  const withheld = summary.headline.withheld !== null;
  return {
    num_datapoints: summary.items.planned,
    pass_rates: withheld ? null : summary.passedByTurn.map(({ share }) => percent(share)),
    percent_pass: withheld ? null : metrics.percentagePassedByTurn.map(percent),
    chrf: metrics.chrf,
    common_prefix_ratio: metrics.commonPrefixRatio,
    match_method_name: metrics.matchMethodName,
  };
}

function percent(share: number | null): number | null {
  return share === null ? null : Number((100 * share).toFixed(4));
}
