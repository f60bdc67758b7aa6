import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, ModelError } from '../core/errors.ts';
import type { ModelSpec } from '../core/run.ts';
import type { Model, ModelRequest, RequestOrigin } from '../ports/model.ts';
import { composeBody } from './ownAnswers.ts';
import { parseAnswer } from './parseAnswer.ts';
import { readScript, type ScriptRule } from './scriptFile.ts';

/** Answers from a file by item, sample and turn, with delays and faults where it says so; for tests. */
export function createScriptedModel(spec: ModelSpec): Model {
  if (spec.script === null) {
    throw new ConfigError('Provider scripted needs a file with its answers.\nSet `script` to its path.');
  }
  const rules = readScript(spec.script);
  const failures = new Map<string, number>();
  return {
    check: async () => {},
    ask: async (request, origin, signal) => {
      const startedAt = performance.now();
      const rule = rules.find((one) => applies(one, origin));
      if (rule === undefined) throw noAnswer(origin);
      await sleep(rule.delay_milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
      signal.throwIfAborted();
      failWhileDue({ rule, origin, failures });
      return { body: answer(rule, request, origin), milliseconds: Math.round(performance.now() - startedAt) };
    },
    parse: (body) => parseAnswer(body),
    close: async () => {},
  };
}

function applies({ item, sample, turn }: ScriptRule, origin: RequestOrigin): boolean {
  const fits = (wanted: string | number | undefined, found: string | number): boolean =>
    wanted === undefined || wanted === found;
  return fits(item, origin.item) && fits(sample, origin.sample) && fits(turn, origin.turn);
}

function answer(rule: ScriptRule, { model }: ModelRequest, { known }: RequestOrigin): string {
  if (rule.body !== undefined) return rule.body;
  const text = rule.use === undefined ? (rule.text ?? '') : known[rule.use];
  return composeBody({ model, text, finishReason: rule.finish_reason });
}

interface Due {
  readonly rule: ScriptRule;
  readonly origin: RequestOrigin;
  readonly failures: Map<string, number>;
}

/** Counts in this process only: after a restart the faults come again. */
function failWhileDue({ rule, origin, failures }: Due): void {
  if (rule.fault === undefined) return;
  const { kind, times, message, retry_after_milliseconds } = rule.fault;
  const key = `${origin.item}/${origin.sample}/${origin.turn}`;
  const failed = failures.get(key) ?? 0;
  if (times !== undefined && failed >= times) return;
  failures.set(key, failed + 1);
  throw new ModelError(message, { fault: kind, retryAfterMilliseconds: retry_after_milliseconds });
}

function noAnswer({ item, sample, turn }: RequestOrigin): ModelError {
  const message = `The script has no answer for item ${item}, sample ${sample}, turn ${turn}.\nAdd a rule for it, or a last one without conditions.`;
  return new ModelError(message, { fault: 'fatal' });
}
