/** The pool of sandboxes; a host is one member of it. */
export const sandboxQueue = 'bench-sandbox-local';

/** What a worker may be there for; a process may have all of them. */
export const roles = ['workflow', 'model', 'sandbox'] as const;
export type Role = (typeof roles)[number];

/** Polled by every worker of a role and given no work: it shows who is there. */
export function presenceQueue(role: Role): string {
  return `bench-role-${role}`;
}

/** Polled by the workers that lack what the queue needs. */
export function standAsideQueue(queue: string): string {
  return `${queue}-not-here`;
}

/** Polled by the workers that lack it or are about to have it, under names that say what it is; for people only. */
export function reasonsQueue(queue: string): string {
  return `${queue}-why`;
}
