import type { Message } from '../answer.ts';

/** The messages an item begins with; an empty system text is left out. */
export function firstMessages({
  system,
  prompt,
}: {
  readonly system: string;
  readonly prompt: string;
}): Message[] {
  const user: Message = { role: 'user', content: prompt };
  return system.trim() === '' ? [user] : [{ role: 'system', content: system.trim() }, user];
}
