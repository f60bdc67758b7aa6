/** A chat-completion server in a process of its own that takes its time, and refuses what is too much: `node slowServer.ts SECONDS TAKES`. */
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What GET /stats says. Sums are of milliseconds times requests, from the first request to the last arrival of an item's
 * first one: later there are fewer items than places.
 */
export interface SlowStats {
  readonly answered: number;
  readonly refused: number;
  readonly mostOpen: number;
  /** Milliseconds from the first request until there were never more open. */
  readonly fullAfter: number;
  readonly openSum: number;
  readonly milliseconds: number;
}

const [seconds = 1, takes = Number.POSITIVE_INFINITY] = process.argv.slice(2).map(Number);
const answer = JSON.stringify({
  object: 'chat.completion',
  model: 'test-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'no code' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 2 },
});

let open = 0;
let mostOpen = 0;
let fullAfter = 0;
let answered = 0;
let refused = 0;
let firstAt: number | null = null;
let changedAt = 0;
let openSum = 0;
let atLastItem = { openSum: 0, milliseconds: 0 };

function change(by: number): void {
  const now = performance.now();
  openSum += open * (now - changedAt);
  changedAt = now;
  open += by;
  if (open > mostOpen) {
    mostOpen = open;
    fullAfter = now - (firstAt ?? now);
  }
}

async function answerChat(isFirst: boolean, response: ServerResponse): Promise<void> {
  if (firstAt === null) firstAt = changedAt = performance.now();
  if (open >= takes) {
    refused += 1;
    return send(response, 429, JSON.stringify({ error: { message: 'Too many at a time' } }));
  }
  change(1);
  if (isFirst) atLastItem = { openSum, milliseconds: changedAt - firstAt };
  await sleep(seconds * 1000);
  change(-1);
  answered += 1;
  send(response, 200, answer);
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

// Whoever started it is gone.
process.stdin.resume().once('end', () => process.exit());

/** No answer of the model's own has been shown to it. */
function isFirstTurn(body: unknown): boolean {
  return !(body as { messages: { role: string }[] }).messages.some(({ role }) => role === 'assistant');
}

const server = createServer((request, response) => {
  if (request.url === '/v1/chat/completions')
    return void json(request).then((body) => answerChat(isFirstTurn(body), response));
  request.resume();
  if (request.url === '/stats') {
    return send(response, 200, JSON.stringify({ answered, refused, mostOpen, fullAfter, ...atLastItem }));
  }
  send(response, 200, JSON.stringify({ object: 'list', data: [{ id: 'test-model' }] }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
