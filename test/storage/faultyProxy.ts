import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the proxy does to a request, beside handing it on. */
export type Fault =
  /** Answers by itself; the server never hears of it. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** The server does what was asked, and its answer is lost. */
  | { readonly kind: 'lose_answer'; readonly status: number; readonly code: string }
  /** Half of the answer's body, then the connection ends. */
  | { readonly kind: 'cut_answer' }
  /** The connection ends while the request's body is sent. */
  | { readonly kind: 'cut_request' }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  /** As a server that does not know the header. */
  | { readonly kind: 'ignore_condition' };

export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** How many requests came before this one. */
  readonly number: number;
}

export interface FaultyProxy {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Chosen for each request from now on; null hands it on as it is. */
  choose(fault: (asked: Asked) => Fault | null): void;
  stop(): Promise<void>;
}

/** Stands between a client and a server on this machine, and breaks what a test asks it to break. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const asked: Asked[] = [];
  let choose: (asked: Asked) => Fault | null = () => null;
  const server = createServer((incoming, outgoing) => {
    const now = { method: incoming.method ?? '', path: incoming.url ?? '', number: asked.length };
    asked.push(now);
    handle({ incoming, outgoing, target }, choose(now)).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    choose: (fault) => void (choose = fault),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: string;
}

async function handle(exchange: Exchange, fault: Fault | null): Promise<void> {
  const { incoming, outgoing } = exchange;
  if (fault?.kind === 'cut_request') return void incoming.once('data', () => incoming.socket.destroy());
  if (fault?.kind === 'wait') await sleep(fault.milliseconds);
  const body = await collect(incoming);
  if (fault?.kind === 'answer') return refuse(outgoing, fault);
  const answer = await handOn(exchange, body, fault?.kind === 'ignore_condition');
  const bytes = await collect(answer);
  if (fault?.kind === 'lose_answer') return refuse(outgoing, fault);
  outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  if (fault?.kind !== 'cut_answer') return void outgoing.end(bytes);
  outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.destroy());
}

/** The signature is of the client's own `Host`, so every header stays as it came. */
function handOn(
  { incoming, target }: Exchange,
  body: Buffer,
  withoutCondition: boolean,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(target);
  const { 'if-none-match': condition, ...others } = incoming.headers;
  const headers = { ...others, ...(condition && !withoutCondition && { 'if-none-match': condition }) };
  return new Promise((resolve, reject) => {
    const { method, url: path } = incoming;
    request({ hostname, port, method, path, headers, setHost: false }, resolve).on('error', reject).end(body);
  });
}

function refuse(outgoing: ServerResponse, { status, code }: { status: number; code: string }): void {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;
  outgoing.writeHead(status, { 'content-type': 'application/xml' }).end(text);
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
