import { request, type Dispatcher } from 'undici';
import { ConfigError, SandboxError } from '../../core/errors.ts';
import { problemSchema } from '../wire/gradeContract.ts';

/** How the client reaches its servers. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  /** Null: none is sent. */
  readonly token: string | null;
  /** Name of the variable that the token is read from. */
  readonly tokenEnv: string;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the whole exchange. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | null;
}

/** No whole answer in time. */
export class SilentServer extends SandboxError {}

/** The server could not be reached, or the connection broke. */
export class LostServer extends SandboxError {}

/** The server has enough to do, and will take it later: waited for as long as it takes. */
export class BusyServer extends SandboxError {
  readonly retryAfterSeconds: number | null;

  constructor(message: string, retryAfterSeconds: number | null) {
    super(message, { retry: true });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** One exchange, whatever its status. Aborting closes the connection and throws the signal's reason. */
export async function exchange(connection: Connection, call: Call): Promise<Reply> {
  const clock = AbortSignal.timeout(Math.ceil(call.timeoutSeconds * 1000));
  const { token, dispatcher } = connection;
  try {
    const { statusCode, headers, body } = await request(call.url, {
      method: call.method,
      dispatcher,
      signal: AbortSignal.any([call.signal, clock]),
      headers: {
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const retryAfter = Number(headers['retry-after']);
    return {
      status: statusCode,
      text: await body.text(),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    };
  } catch (cause) {
    call.signal.throwIfAborted();
    throw clock.aborted ? silent(call, cause) : lost(call, cause);
  }
}

function silent({ url, timeoutSeconds }: Call, cause: unknown): SilentServer {
  return new SilentServer(`The sandbox server ${url} gave no whole answer in ${timeoutSeconds} s.`, {
    retry: true,
    cause,
  });
}

function lost({ url }: Call, cause: unknown): LostServer {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new LostServer(
    `The sandbox server ${url} cannot be reached: ${why}. Is it running (bench sandbox serve)?`,
    {
      retry: true,
      cause,
    },
  );
}

/** An answer that is not 200, as an error that says what to do. */
export function failureOf(
  connection: Connection,
  { url }: Pick<Call, 'url'>,
  reply: Reply,
): SandboxError | ConfigError {
  const { status } = reply;
  const words = wordsOf(reply.text);
  const said = `The sandbox server ${url} answered ${status}: ${words.detail}`;
  if (status === 401 || status === 403) {
    const has = connection.token === null ? 'which is not set' : 'whose value it does not take';
    return new ConfigError(
      `${said}\nIts token is read from ${connection.tokenEnv}, ${has} (inference.sandbox_token_env).`,
    );
  }
  if (status === 404 && words.code === 'unknown_environment') return new ConfigError(said);
  if (status === 404 && words.code !== 'unknown_file') {
    return new ConfigError(`${said}\nExpected a sandbox server in SANDBOX_URL, as host:port/run_item.`);
  }
  if (status === 413)
    return new SandboxError(`${said}\nRaise the server's limit (bench sandbox serve --body-limit).`);
  if (status === 429) return new BusyServer(said, reply.retryAfterSeconds);
  return new SandboxError(said, { retry: status === 408 || status === 425 || status >= 500 });
}

/** FastAPI's `{ detail }` is known, too. */
function wordsOf(text: string): { code: string; detail: string } {
  const found = problemSchema.partial({ code: true }).safeParse(parseJson(text));
  if (found.success) return { code: found.data.code ?? '', detail: found.data.detail.slice(0, 2000) };
  return { code: '', detail: text.trim().slice(0, 300) || 'nothing' };
}

/** Undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
