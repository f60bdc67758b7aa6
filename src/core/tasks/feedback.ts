import type { TestReport } from '../testReport.ts';
import type { Verdict } from '../verdicts.ts';
import { failingTests, fitReport, readable } from './feedbackReport.ts';
import { fence, fillText } from './fillText.ts';
import type { FeedbackInput } from './task.ts';

/**
 * What the next prompt says about a turn: only of visible tests, failing ones first, at most
 * `maxFeedbackCharacters` long, and always the same for the same report.
 */
export function composeFeedback(input: FeedbackInput): string {
  const { policy, texts, visibleReport, extraction } = input;
  const text = (key: string): string => texts[key] ?? '';
  if (policy.noFeedback) return cut(text('feedback_hidden').trim(), policy.maxFeedbackCharacters);
  if (extraction.kind !== 'candidate') {
    const explanation = readable(extraction.explanation);
    const key = `feedback_${extraction.kind}`;
    return cut(fillText(text(key), { explanation }).trim(), policy.maxFeedbackCharacters);
  }
  if (!visibleReport || input.verdict.kind === 'suspected_forgery')
    return cut(text('feedback_hidden').trim(), policy.maxFeedbackCharacters);
  return composeReport(input, visibleReport);
}

function composeReport({ verdict, visible, policy, texts }: FeedbackInput, report: TestReport): string {
  const failing = failingTests(report, visible);
  const values = {
    how: howItEnded(verdict, report),
    failing: String(failing.length),
    total: String(visible.size),
  };
  const template = texts[report.ended === 'completed' ? 'feedback_tests' : 'feedback_stopped'] ?? '';
  const limit = policy.maxFeedbackCharacters;
  let budget = limit - fillText(template, { ...values, report: fence('') }).trim().length;
  for (let tries = 0; tries < 4 && budget > 0; tries += 1) {
    const text = fillText(template, {
      ...values,
      report: fence(fitReport({ report, visible, failing, budget })),
    }).trim();
    if (text.length <= limit) return text;
    budget -= text.length - limit;
  }
  return cut(fillText(template, { ...values, report: '' }).trim(), limit);
}

function howItEnded(verdict: Verdict, report: TestReport): string {
  switch (report.ended) {
    case 'timed_out':
      return 'it ran out of time';
    case 'out_of_memory':
      return 'it ran out of memory';
    case 'crashed':
      return 'the interpreter stopped before the tests were done';
    case 'completed':
      return verdict.kind;
  }
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, Math.max(0, limit));
}
