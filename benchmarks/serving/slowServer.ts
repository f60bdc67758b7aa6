/** A chat-completion server in a process of its own that takes its time, and refuses what is too much: `node slowServer.ts SECONDS TAKES`. */
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What GET /stats says. Sums are of milliseconds times requests, from the first request to the last one's arrival. */
export interface SlowStats {
  readonly answered: number;
  readonly refused: number;
  readonly mostOpen: number;
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
let answered = 0;
let refused = 0;
let firstAt: number | null = null;
let changedAt = 0;
let openSum = 0;
/** As they were when the last request arrived: after that there is nothing left to send. */
let atLastArrival = { openSum: 0, milliseconds: 0 };

function change(by: number): void {
  const now = performance.now();
  openSum += open * (now - changedAt);
  changedAt = now;
  open += by;
  mostOpen = Math.max(mostOpen, open);
  if (by > 0) atLastArrival = { openSum, milliseconds: now - (firstAt ?? now) };
}

async function answerChat(response: ServerResponse): Promise<void> {
  if (firstAt === null) firstAt = changedAt = performance.now();
  if (open >= takes) {
    refused += 1;
    return send(response, 429, JSON.stringify({ error: { message: 'Too many at a time' } }));
  }
  change(1);
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

const server = createServer((request, response) => {
  request.resume();
  if (request.url === '/v1/chat/completions')
    return void request.once('end', () => void answerChat(response));
  if (request.url === '/stats') {
    return send(response, 200, JSON.stringify({ answered, refused, mostOpen, ...atLastArrival }));
  }
  send(response, 200, JSON.stringify({ object: 'list', data: [{ id: 'test-model' }] }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
