import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { pino } from 'pino';
import { benchHome } from '../../setup/home.js';

/** Where a worker's messages go. */
export interface WorkerLog {
  readonly logger: DefaultLogger;
  readonly file: string;
  close(): void;
}

/** JSON lines in a file; on stderr too where that is wanted, readable on a terminal and JSON in a pipe. */
export async function openWorkerLog(toStderr: boolean): Promise<WorkerLog> {
  const folder = join(benchHome(), 'logs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `worker-${process.pid}.log`);
  const stream = createWriteStream(file, { flags: 'a' });
  const isTerminal = process.stderr.isTTY === true;
  const options = {
    level: 'debug',
    base: { process: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  const log = pino(options, {
    write(line: string) {
      const safe = withoutSecrets(line, process.env);
      stream.write(safe);
      if (toStderr) process.stderr.write(isTerminal ? readable(safe) : safe);
    },
  });
  const isNews = createNewsFilter();
  const write = ({ level, message, meta }: LogEntry): void => {
    if (!isNews(meta?.['target'])) return;
    const method = level === 'TRACE' || level === 'DEBUG' ? 'debug' : levels[level];
    log[method](plain(meta ?? {}), message);
  };
  return { logger: new DefaultLogger('WARN', write), file, close: () => void stream.end() };
}

const retriesOfEngine = 'temporalio_client::retry';
const minute = 60_000;

/** While a server is away the engine says so for each poller at each try: dozens of lines a second. One a minute is enough. */
function createNewsFilter(): (target: unknown) => boolean {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (target) => {
    if (target !== retriesOfEngine) return true;
    if (performance.now() - toldAt < minute) return false;
    toldAt = performance.now();
    return true;
  };
}

const levels = { INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Bytes of the engine's own say nothing to a reader. */
function plain(meta: Readonly<Record<string | symbol, unknown>>): object {
  const { taskToken: _, ...facts } = meta;
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => typeof value !== 'bigint'));
}

/** What variables hold that are keys by their names, headers, or passwords in addresses is left out, whoever quoted it. */
export function withoutSecrets(
  line: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  let safe = line;
  for (const [name, value = ''] of Object.entries(environment)) {
    for (const secret of secretsIn(name, value)) {
      if (secret.length < 8) continue;
      for (const form of [secret, JSON.stringify(secret).slice(1, -1)])
        safe = safe.replaceAll(form, '[secret]');
    }
  }
  return safe;
}

function secretsIn(name: string, value: string): readonly string[] {
  if (/(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$/i.test(name)) return [value];
  // Such as OTEL_EXPORTER_OTLP_HEADERS: name=value, name=value.
  if (/HEADERS$/i.test(name))
    return value.split(',').flatMap((header) => header.replace(/^[^=]*=/, '').split(/\s|%20/));
  // Such as HTTPS_PROXY.
  return /^\w+:\/\/[^/\s]*?:([^/\s]+)@/.exec(value)?.slice(1) ?? [];
}

/** `17:04:05 warn message run=… item=… turn=…`, without control characters. */
export function readable(line: string): string {
  const { level, time, msg, run, item, turn, error } = JSON.parse(line) as Record<string, unknown>;
  const names = Object.entries({ run, item, turn, error }).filter(([, value]) => value !== undefined);
  const facts = names.map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const label = pino.levels.labels[Number(level)] ?? '';
  const text = `${String(time).slice(11, 19)} ${label} ${String(msg)}${facts.join('')}`;
  return `${text.replace(/[\p{Cc}\p{Cf}]/gu, ' ')}\n`;
}
