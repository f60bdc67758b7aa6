import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../src/core/errors.ts';
import type { SuiteRequest } from '../../src/core/run.ts';
import type { Outcome } from '../../src/core/records.ts';
import { connectClient } from '../../src/temporal/connection.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';

/** What a patient user does: submit, and submit again when the server was gone. */
export async function submitUntilDone(address: string, suite: SuiteRequest): Promise<void> {
  for (;;) {
    try {
      const client = await connectClient({ address, namespace: 'default', uiUrl: null, embedded: true });
      try {
        await (await submitSuite(client, suite, { fresh: false })).handle.result();
        return;
      } finally {
        await client.connection.close();
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'WorkflowFailedError') throw error;
      // With a cause it is a server that does not answer.
      if (error instanceof ConfigError && error.cause === undefined) throw error;
      await sleep(500);
    }
  }
}

/** The outcomes of a folder of results by run and item, each as what counts of it. */
export async function readOutcomes(
  results: string,
  whatCounts: (outcome: Outcome) => unknown,
): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  for (const run of await readdir(results)) {
    for (const name of await readdir(join(results, run, 'outcomes'))) {
      const outcome = JSON.parse(await readFile(join(results, run, 'outcomes', name), 'utf8')) as Outcome;
      outcomes.set(`${run}/${outcome.item}`, JSON.stringify(whatCounts(outcome), null, 1));
    }
  }
  return outcomes;
}

/** The stored answers of a folder of results by now. */
export async function listAnswers(results: string): Promise<string[]> {
  const names = await readdir(results, { recursive: true }).catch(() => []);
  return names.filter((name) => /turns\/.*\/\d+-[0-9a-f]{16}-\d+\.json$/.test(name));
}

/** How many answers a folder of results holds by now. */
export async function countStored(results: string): Promise<number> {
  return (await listAnswers(results)).length;
}
