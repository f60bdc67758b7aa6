import { fetch } from 'undici';
import { z } from 'zod';
import { WandbError } from '../../core/errors.ts';
import type { WandbSettings } from '../../core/run.ts';
import { createDispatcher } from '../../models/transport.ts';

/** The two calls of Weights & Biases that are needed: make or find a run, and write lines of its history. */
export interface WandbClient {
  /** Makes the run, or finds it, and sets its name and configuration. */
  upsertRun(run: WandbRun): Promise<WandbPlace>;
  /** Writes lines at an offset: the same lines again change nothing. */
  stream(place: WandbPlace, part: StreamPart): Promise<void>;
}

export interface WandbRun {
  readonly id: string;
  readonly displayName: string;
  readonly project: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Where the server put a run. */
export interface WandbPlace {
  readonly entity: string;
  readonly project: string;
  readonly id: string;
}

export interface StreamPart {
  readonly offset: number;
  readonly history: readonly object[];
  readonly summary: object;
  readonly isComplete: boolean;
}

const longestSeconds = 30;

/** A client with the key of this process's environment, which is sent in a header and nowhere kept. */
export function createWandbClient(
  settings: WandbSettings,
  environment: Readonly<Record<string, string | undefined>>,
): WandbClient {
  const key = environment['WANDB_API_KEY'] ?? '';
  if (key === '') {
    throw new WandbError(
      'Expected WANDB_API_KEY in the environment of the worker, found none: set it, or WANDB_MODE=offline.',
      {
        retry: true,
      },
    );
  }
  const dispatcher = createDispatcher(environment);
  const authorization = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`;
  const post = async (route: string, body: object): Promise<unknown> => {
    const url = `${settings.baseUrl.replace(/\/+$/, '')}${route}`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      dispatcher,
      signal: AbortSignal.timeout(longestSeconds * 1000),
    }).catch((cause: unknown) => {
      throw new WandbError(`${settings.baseUrl} does not answer.`, { retry: true, cause });
    });
    const text = await response.text().catch(() => '');
    if (!response.ok) throw refused(settings.baseUrl, response.status);
    return parseJson(text);
  };
  return {
    upsertRun: async (run) => placeOf(await post('/graphql', upsertOf(run, settings)), settings),
    async stream({ entity, project, id }, part) {
      const route = `/files/${[entity, project, id].map(encodeURIComponent).join('/')}/file_stream`;
      await post(route, streamBody(part));
    },
  };
}

const mutation = `mutation UpsertBucket($name: String!, $project: String, $entity: String, $displayName: String, $config: JSONString) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, displayName: $displayName, config: $config}) {
    bucket { name project { name entity { name } } }
  }
}`;

function upsertOf({ id, displayName, project, config }: WandbRun, { entity }: WandbSettings): object {
  const values = Object.entries(config).map(([key, value]) => [key, { value, desc: null }]);
  const variables = {
    name: id,
    project,
    entity,
    displayName,
    config: JSON.stringify(Object.fromEntries(values)),
  };
  return { query: mutation, variables };
}

const upsertedSchema = z.object({
  data: z.object({
    upsertBucket: z.object({
      bucket: z.object({
        name: z.string(),
        project: z.object({ name: z.string(), entity: z.object({ name: z.string() }) }),
      }),
    }),
  }),
});

function placeOf(answer: unknown, { baseUrl }: WandbSettings): WandbPlace {
  const parsed = upsertedSchema.safeParse(answer);
  if (!parsed.success) {
    const said = JSON.stringify(answer ?? null).slice(0, 200);
    throw new WandbError(
      `${baseUrl} did not make the run: ${said}. Check WANDB_ENTITY and wandb.project_name.`,
      {
        retry: true,
      },
    );
  }
  const { name: id, project } = parsed.data.data.upsertBucket.bucket;
  return { entity: project.entity.name, project: project.name, id };
}

function streamBody({ offset, history, summary, isComplete }: StreamPart): object {
  const content = history.map((point) => JSON.stringify(point));
  return {
    files: {
      ...(content.length > 0 && { 'wandb-history.jsonl': { offset, content } }),
      'wandb-summary.json': { offset: 0, content: [JSON.stringify(summary)] },
    },
    ...(isComplete && { complete: true, exitcode: 0 }),
  };
}

function refused(address: string, status: number): WandbError {
  const isKey = status === 401 || status === 403;
  const advice = isKey ? 'check WANDB_API_KEY and WANDB_ENTITY' : 'it is tried again';
  return new WandbError(`${address} answered ${status}: ${advice}.`, { retry: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
