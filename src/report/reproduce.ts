import { stringify } from 'yaml';
import { z } from 'zod';
import { configOfRequest } from '../config/configOfRequest.ts';
import type { RunRecord } from '../core/run.ts';
import type { ServerFacts } from '../ports/model.ts';
import { escapeForTerminal } from './escape.ts';

/** `servers/….json` as it is read back. */
export const serverFactsSchema: z.ZodType<ServerFacts> = z.object({
  address: z.string(),
  version: z.string().nullable(),
  model: z.record(z.string(), z.unknown()),
  startedAs: z.object({ argv: z.array(z.string()), gpus: z.array(z.string()) }).nullable(),
});

const digests = ['dataset', 'environment', 'runner', 'prompts', 'items', 'weights'];

/** The commands that make a run again, for a shell; what they cannot bring about is said in comments. */
export function reproduceText(record: RunRecord, servers: readonly ServerFacts[]): string {
  const { request, lock, versions } = record;
  const file = `${request.name}.yaml`;
  // Those of the embedded engine are started by every run.
  const startsServers = servers.some(({ startedAs }) => startedAs?.argv[1] === 'serve');
  const versionsSaid = Object.entries(versions).map(([name, value]) => `${name} ${value}`);
  const lines = [
    `# ${request.name}, begun ${record.createdAt} (${versionsSaid.join(', ')})`,
    ...digests.flatMap((key) => (lock[key] === undefined ? [] : [`# ${key}: ${lock[key]}`])),
    ...servers.flatMap(describe).map((words) => `# ${escapeForTerminal(words, 4000)}`),
    ...(request.grading.docker?.commands === undefined
      ? []
      : [
          '# Its Docker image had lines of its own: see request.grading.docker in run.json, paths.docker_commands.',
        ]),
    `cat > ${quote(file)} <<'END_OF_CONFIG'`,
    stringify(configOfRequest(request, { startsServers }), { lineWidth: 0 }).trimEnd(),
    'END_OF_CONFIG',
    `bench env build ${quote(request.repository)}`,
    `bench run --config ${quote(file)} --run-name reproduced${startsServers ? ' --autorun' : ''}`,
  ];
  return `${lines.join('\n')}\n`;
}

function describe({ address, version, model, startedAs }: ServerFacts): string[] {
  const said = Object.entries(model).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const gpus = startedAs === null || startedAs.gpus.length === 0 ? '' : `, on ${startedAs.gpus.join('; ')}`;
  return [
    `served at ${address}, version ${version ?? 'unknown'}${gpus}: ${said.join(', ') || 'it says nothing of itself'}`,
    ...(startedAs === null ? [] : [`it was started as ${startedAs.argv.map(quote).join(' ')}`]),
  ];
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
