import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from './problem.ts';

/** Throws Problem 401 unless the header holds the token; compares in constant time. */
export function authorize(token: string | null, header: string | undefined): void {
  if (token === null) return;
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  const found = given === undefined ? 'none' : 'another one';
  throw new Problem(401, 'token_needed', {
    detail: `Expected the header Authorization: Bearer <token of this server>, found ${found}.`,
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
